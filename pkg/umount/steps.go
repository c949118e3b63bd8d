//go:build linux

package umount

import (
	"strings"

	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"
)

// steps are the calls for one PATH. The first that fails ends them: what is
// above it could not be unmounted either.
func (j *job) steps() []plan.Step {
	var steps []plan.Step
	for _, t := range j.targets {
		steps = append(steps, plan.Step{
			Call:  func() string { return j.call(t) },
			Shell: func() string { return j.shell(t) },
			Do:    func() error { return j.explained(j.unmount(t), t) },
		})
	}
	return steps
}

func (j *job) call(t target) string {
	call := mount.UnmountCall(t.path, j.how)
	if j.how&mount.Expire != 0 {
		return call + "\nnanosleep(1 s)\n" + call
	}
	return call
}

// shell is the umount(8) command; there is none for MNT_EXPIRE.
func (j *job) shell(t target) string {
	if j.how&mount.Expire != 0 {
		return ""
	}
	words := []string{"umount"}
	if j.how&mount.Lazy != 0 {
		words = append(words, "-l")
	}
	if j.how&mount.Force != 0 {
		words = append(words, "-f")
	}
	if strings.HasPrefix(t.path, "-") {
		words = append(words, "--")
	}
	return plan.ShellCommand(append(words, t.path))
}

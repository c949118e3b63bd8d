//go:build linux

package nsrun_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// newCalls are those that have an old way.
var newCalls = []string{"clone3", "pidfd_open", "pidfd_send_signal", "openat2", "open_tree", "move_mount",
	"mount_setattr", "close_range", "fsopen", "fsconfig", "fsmount", "fspick", "memfd_create", "execveat",
	"statx", "faccessat2", "statmount", "listmount"}

// below runs nsrun under a filter: a prefix of nstest.
func (c caller) below(t *testing.T, filter []string, args ...string) nstest.Result {
	t.Helper()
	args = append(append(filter[1:len(filter):len(filter)], nstest.Tool(t, "nsrun")), args...)
	return nstest.Exec(t, c.command(filter[0], args...))
}

// Where the newer system calls are missing, as on an old kernel, or refused with EPERM, as
// by an old container engine, all goes on by the old way: at once, and each alone.
func TestWithoutNewerCalls(t *testing.T) {
	root := markedRootfs(t)
	all := map[string][]string{
		"as Linux 3.10":    nstest.OldKernel(t),
		"all with ENOSYS":  nstest.Deny(t, unix.ENOSYS, newCalls...),
		"all with EPERM":   nstest.Deny(t, unix.EPERM, newCalls...),
		"no clone by flag": nstest.Deny(t, unix.EPERM, "clone:CLONE_NEWPID", "clone:CLONE_NEWUTS", "clone:CLONE_NEWNS", "clone:CLONE_NEWUSER"),
	}
	for name, filter := range all {
		t.Run(name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				job := append([]string{"--hostname=box"}, mainJob(root, "sh", "-c", lookAround)...)
				mustPrint(t, c.below(t, filter, job...), foundInside)
				mustPrint(t, c.below(t, filter, append([]string{"-r"}, job...)...), foundInside)
				mustPrint(t, c.below(t, filter, "--uts", "--ipc", "--net", "--fork", "echo", "x"), "x\n")
				mustFail(t, c.below(t, filter, "--uts", "nothing-like-it"), 127, "nothing-like-it")
			})
		})
	}
	for _, name := range newCalls {
		for _, errno := range []unix.Errno{unix.ENOSYS, unix.EPERM} {
			t.Run(fmt.Sprintf("%s with %s", name, unix.ErrnoName(errno)), func(t *testing.T) {
				eachCaller(t, func(t *testing.T, c caller) {
					job := append([]string{"--hostname=box", "--mask", "default", "--ro-path", "default", "--tmpfs", "/tmp/t", "-v", root + ":/tmp/r:ro"},
						mainJob(root, "sh", "-c", lookAround)...)
					mustPrint(t, c.below(t, nstest.Deny(t, errno, name), job...), foundInside)
				})
			})
		}
	}
}

const (
	lookAround = `echo $$; id -u; cat /marker /proc/sys/kernel/hostname
		touch /sys/x 2>/dev/null || echo no; ls /proc/self/fd | wc -l` // with the directory that ls reads
	foundInside = "1\n0\nin the root file system\nbox\nno\n4\n"
)

// The caller's descriptors are closed without close_range(2) too.
func TestDescriptorsWithoutCloseRange(t *testing.T) {
	root := nstest.Rootfs(t)
	for _, errno := range []unix.Errno{unix.ENOSYS, unix.EPERM} {
		filter := nstest.Deny(t, errno, "close_range")
		eachCaller(t, func(t *testing.T, c caller) {
			for way, options := range ways(root) {
				args := append(append(filter[:len(filter):len(filter)], nstest.Tool(t, "nsrun")), options...)
				script := `exec "$@" 3</ 4</etc 7<. 9</dev/null`
				look := `for i in 3 4 5 6 7 8 9; do [ ! -e /proc/self/fd/$i ] || echo $i; done`
				r := nstest.Exec(t, c.shell(t, script, append(args, "sh", "-c", look)...))
				if r.Code != 0 || r.Stdout != "" {
					t.Errorf("%s, %v: %+v", way, errno, r)
				}
			}
		})
	}
}

// A kind of namespace that the kernel lacks: asked for by name it is an error. What a
// filter refuses is still listed in /proc, so that the version cannot be told.
func TestMissingKind(t *testing.T) {
	for _, row := range []struct{ option, flag, words string }{
		{"--time", "CLONE_NEWTIME", "time namespace"},
		{"--cgroup", "CLONE_NEWCGROUP", "cgroup namespace"},
	} {
		filter := nstest.Deny(t, unix.EINVAL, "unshare:"+row.flag)
		filter = append(filter, nstest.Deny(t, unix.ENOSYS, "clone3")...)
		if row.flag != "CLONE_NEWTIME" { // of which clone(2) has no bit
			filter = append(filter, nstest.Deny(t, unix.EINVAL, "clone:"+row.flag)...)
		}
		t.Run(row.option, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				mustFail(t, c.below(t, filter, row.option, "true"), 125, row.words, "invalid argument")
				mustFail(t, c.below(t, filter, row.option, "--fork", "true"), 125, row.words, "invalid argument")
			})
		})
	}
}

// With --all the missing kind is left out with a note, or is an error that names it.
func TestAllOnAnOldKernel(t *testing.T) {
	filter := nstest.OldKernel(t)
	eachCaller(t, func(t *testing.T, c caller) {
		r := c.below(t, filter, "--all", "echo", "x")
		if !strings.Contains(r.Stderr, "cgroup") || (r.Code == 0) != (r.Stdout == "x\n") {
			t.Errorf("%+v", r)
		}
		isMessage(t, r.Stderr)
	})
}

// In a container of Docker's default profile nothing of it works: one line says what, and
// one says why and what helps.
func TestDockerDefaultProfile(t *testing.T) {
	root := nstest.Rootfs(t)
	filter := nstest.Docker(t)
	for _, row := range []struct {
		name string
		args []string
	}{
		{"the main job", mainJob(root, "true")},
		{"a namespace", []string{"--uts", "true"}},
		{"a PID namespace", []string{"--pid", "true"}},
		{"a mount namespace", []string{"--mnt", "true"}},
		{"a user namespace", []string{"-r", "true"}},
		{"all", []string{"--all", "true"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				r := c.below(t, filter, row.args...)
				mustFail(t, r, 125, "namespace", "operation not permitted", "seccomp")
				if !hasHint(r.Stderr) {
					t.Errorf("no hint in %q", r.Stderr)
				}
			})
		})
	}
}

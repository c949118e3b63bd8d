//go:build linux

package rootfs

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// Without the calls of the new mount API all is as with them: the tests that they could
// make a difference to are run once more, below a filter.
func TestWithoutNewCalls(t *testing.T) {
	for _, row := range []struct {
		name  string
		errno unix.Errno
	}{
		{"an old kernel", unix.ENOSYS},
		{"a filter that does not know them", unix.EPERM},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, tests := range again {
				t.Run(tests, func(t *testing.T) {
					args := nstest.Deny(t, row.errno, "open_tree", "move_mount", "mount_setattr", "openat2", "fsopen",
						"fsconfig", "fsmount", "statx")
					args = append(args, os.Args[0], "-test.count=1", "-test.run=^Test("+tests+")")
					if r := nstest.Exec(t, exec.Command(args[0], args[1:]...)); r.Code != 0 || strings.Contains(r.Stdout, "no tests to run") {
						t.Errorf("exit status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
					}
				})
			}
		})
	}
}

// again are the beginnings of names, in portions that end soon.
var again = []string{
	"RootDirectories|TheRoot|TheFlags|Failures|Sys|AnUnbindable|MinimalDev", "Propagation|APropagation", "Volume|AReadOnlyVolume",
	"NothingInTheRoot|LinksInVolumes|Shared|Console", "FileSystems|Images", "Overlay", "Masks|TheDefaultLists|ReadOnly|PathsThat",
	"NoPivot", "NothingStays",
}

// The test binary as a program that does the steps and says how it went.
func init() {
	if len(os.Args) != 3 || os.Args[1] != "do-the-steps" {
		return
	}
	steps, err := (&Config{Root: os.Args[2], NewPID: true, NewUser: true}).Steps()
	if err == nil {
		err = plan.Run(steps)
	}
	diag.Print(os.Stderr, "test", err)
	os.Exit(diag.ExitCode(err))
}

// As in a container: the masks come from a more privileged mount namespace, and the
// kernel gives no procfs that would lack them.
func TestAMaskedProcIsNamed(t *testing.T) {
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			p.child.Cloneflags &^= unix.CLONE_NEWPID // its fresh /proc would have no masks
			nstest.InChild(t, p.child, func(t *testing.T) {
				root := tree(t, "dir r") + "/r"
				if r := doSteps(t, root); r.Code != 0 {
					t.Fatalf("not even without masks: %s", r.Stderr)
				}
				fatal(t, mount.Bind("/dev/null", "/proc/version"))
				r := doSteps(t, root)
				lines := strings.Split(r.Stderr, "\n")
				const call = `test: mount /proc: mount("proc", ".", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, ""): operation not permitted (EPERM)`
				if r.Code != 125 || lines[0] != call {
					t.Errorf("exit status %d, %s", r.Code, r.Stderr)
				}
				isHint := func(s string) bool {
					return strings.HasPrefix(s, "test: hint: ") && strings.Contains(s, "/proc/version") && strings.Contains(s, "--proc=bind")
				}
				if !slices.ContainsFunc(lines, isHint) {
					t.Errorf("no hint at the mask in %s", r.Stderr)
				}
			})
		})
	}
}

func doSteps(t *testing.T, root string) nstest.Result {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "do-the-steps", root)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	return nstest.Exec(t, cmd)
}

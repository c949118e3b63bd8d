//go:build linux

package nsrun_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// withoutProc is a run by a caller that has no /proc.
type withoutProc struct {
	name  string
	c     caller
	args  []string
	want  string   // printed by the command
	words []string // of the error
}

func runsWithoutProc(c, user caller, root string) []withoutProc {
	const inRoot = `echo $$; cat /marker; ls -d /proc/1`
	return []withoutProc{
		{"root: a namespace", c, []string{"--uts", "echo", "x"}, "x\n", nil},
		{"root: all in a child", c, []string{"--uts", "--ipc", "--net", "--cgroup", "--fork", "echo", "x"}, "x\n", nil},
		{"root: a PID namespace", c, []string{"--pid", "sh", "-c", "echo $$"}, "1\n", nil},
		{"root: a time namespace", c, []string{"--time", "echo", "x"}, "x\n", nil},
		{"root: a mount namespace", c, []string{"--mnt", "echo", "x"}, "x\n", nil},
		{"root: a fresh /proc", c, []string{"--pid", "--mnt", "sh", "-c", "echo $$; ls -d /proc/1"}, "1\n/proc/1\n", nil},
		{"root: a host name", c, []string{"--hostname=box", "uname", "-n"}, "box\n", nil},
		{"root: the main job", c, mainJob(root, "sh", "-c", inRoot), "1\nin the root file system\n/proc/1\n", nil},
		{"root: a root file system without a PID namespace", c, []string{root, "cat", "/marker"}, "in the root file system\n", nil},
		{"root: no such command", c, []string{"--uts", "nothing-like-it"}, "", []string{"nothing-like-it", "no such file"}},
		{"root: id maps", c, []string{"-r", "true"}, "", []string{"map", "/proc", "hint: ", "mount -t proc proc /proc"}},
		{"a plain user: nothing to create", user, []string{"echo", "x"}, "x\n", nil},
		{"a plain user: a user namespace without map", user, []string{"--user", "echo", "x"}, "x\n", nil},
		{"a plain user: a namespace", user, []string{"--uts", "true"}, "", []string{"map", "/proc", "hint: ", "mount -t proc proc /proc"}},
		{"a plain user: the main job", user, mainJob(root, "true"), "", []string{"/proc", "hint: ", "mount -t proc proc /proc"}},
	}
}

// Where the caller has no /proc, what needs none works, and what needs one says so.
func TestWithoutProc(t *testing.T) {
	c := asRoot(t)
	user := caller{user: true}
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := markedRootfs(t)
		if err := unix.Unmount("/proc", unix.MNT_DETACH); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { // the end of the test needs it
			if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
				t.Error(err)
			}
		})
		for _, row := range runsWithoutProc(c, user, root) {
			t.Run(row.name, func(t *testing.T) {
				r := row.c.run(t, row.args...)
				switch {
				case row.words == nil:
					mustPrint(t, r, row.want)
				case strings.HasSuffix(row.name, "command"):
					mustFail(t, r, 127, row.words...)
				default:
					mustFail(t, r, 125, row.words...)
				}
			})
		}
	})
}

// A directory at /proc that is not procfs must not be believed.
func TestFakeProc(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := markedRootfs(t)
		if err := unix.Mount("tmpfs", "/proc", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := unix.Unmount("/proc", 0); err != nil {
				t.Error(err)
			}
		})
		mustPrint(t, c.run(t, mainJob(root, "cat", "/marker", "/proc/sys/kernel/ostype")...), "in the root file system\nLinux\n")
		mustPrint(t, c.run(t, "--uts", "echo", "x"), "x\n")
		mustFail(t, c.run(t, "-r", "true"), 125, "map", "/proc")
	})
}

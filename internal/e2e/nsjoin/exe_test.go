//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// fallback is a way to make oneself safe, and what is denied so that it is taken.
type fallback struct {
	name   string
	denied []string
	link   string // what the name of the executable then begins with
}

var fallbacks = []fallback{
	{"nothing denied", nil, "/"},
	{"an older kernel", []string{"pidfd_open", "clone3", "close_range", "openat2"}, "/"},
	{"no open_tree", []string{"open_tree"}, "/memfd:"},
	{"no mount_setattr", []string{"mount_setattr"}, "/memfd:"},
	{"no open_tree, no memfd_create", []string{"open_tree", "memfd_create"}, "/run/.nskit-|/dev/shm/.nskit-|/tmp/.nskit-"},
	{"nor execveat", []string{"open_tree", "memfd_create", "execveat"}, "/run/.nskit-|/dev/shm/.nskit-|/tmp/.nskit-"},
}

// deny puts a command under a filter; with nothing to deny it is left as it is.
func deny(t testing.TB, errno unix.Errno, names []string, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	if len(names) == 0 {
		return cmd
	}
	return after(nstest.Deny(t, errno, names...), cmd)
}

// CVE-2019-5736: what a container can open as the executable of nsjoin is never a file of
// the machine that can be written to: not while nsjoin runs, not when it has ended, not
// through a mount that is made writable again. Who tries here is root, outside.
func TestTheHostsBinaryIsOutOfReach(t *testing.T) {
	root.require(t)
	callers(t, func(t *testing.T, who caller) {
		target := strconv.Itoa(plainContainer(t, who))
		for _, mode := range []os.FileMode{0o755, 0o555} {
			for _, row := range fallbacks {
				for _, errno := range []unix.Errno{unix.ENOSYS, unix.EPERM} {
					t.Run(fmt.Sprintf("mode %o, %s, %v", mode, row.name, errno), func(t *testing.T) {
						tool := ownTool(t, who, mode)
						cmd := deny(t, errno, row.denied, as(who, tool, "-t", target, "/bin/true"))
						checkOutOfReach(t, tool, cmd, row.link)
					})
				}
			}
		}
	})
}

// checkOutOfReach attacks right before the execve of the command, and afterwards.
func checkOutOfReach(t *testing.T, tool string, cmd *exec.Cmd, link string) {
	t.Helper()
	before := hash(t, tool)
	held := -1
	w := &watch{command: "/bin/true", last: func(c call) verdict {
		path := fmt.Sprintf("/proc/%d/exe", c.pid)
		held, _ = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		checkExecutable(t, path, tool)
		checkLink(t, path, link)
		return goOn
	}}
	status := w.run(t, cmd)
	if held < 0 {
		t.Fatalf("the command was not executed: exit status %d", status.ExitStatus())
	}
	defer unix.Close(held)
	if status.ExitStatus() != 0 {
		t.Errorf("exit status %d", status.ExitStatus())
	}
	overwrite(held)
	if hash(t, tool) != before {
		t.Error("the host's binary has been overwritten")
	}
}

// The classic: the container's shell is a script that the kernel executes with nsjoin
// itself, now as a process of the container's own.
func TestAShellThatIsNsjoinItself(t *testing.T) {
	root.require(t)
	callers(t, func(t *testing.T, who caller) {
		rootfs := nstest.Rootfs(t)
		ownFile(t, root, writeFile(t, "#!/proc/self/exe\n"), rootfs+"/usr/bin/evil", 0o755)
		ownFile(t, root, writeFile(t, "#!/proc/self/exe\n"), rootfs+"/usr/bin/-evil", 0o755)
		target := strconv.Itoa(container(t, who, rootfs, ""))
		tool := ownTool(t, who, 0o755)
		before := hash(t, tool)
		for _, args := range [][]string{{"/bin/evil"}, {"/bin/evil", "-t", "1"}, {"/bin/-evil"}} {
			for range 5 {
				cmd := as(who, tool, append([]string{"-t", target}, args...)...)
				executed := 0
				trace(t, cmd, "nsjoin", func(c call) verdict {
					if c.path() == args[0] {
						executed++
					}
					if executed > 0 { // the script's interpreter: nothing of it is the host's
						checkExecutable(t, fmt.Sprintf("/proc/%d/exe", c.pid), tool)
					}
					return goOn
				})
				if executed == 0 {
					t.Errorf("%v was not executed", args)
				}
			}
		}
		if hash(t, tool) != before {
			t.Error("the host's binary has been overwritten")
		}
	})
}

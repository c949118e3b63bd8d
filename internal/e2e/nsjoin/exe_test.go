//go:build linux

package nsjoin_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// ownTool copies nsjoin to where a test may lose it; the caller is its owner.
func ownTool(t testing.TB, who caller, mode os.FileMode) string {
	t.Helper()
	path := nstest.TempDir(t) + "/nsjoin"
	ownFile(t, who, nstest.Tool(t, "nsjoin"), path, mode)
	return path
}

func hash(t testing.TB, path string) [32]byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(text)
}

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

// checkExecutable: another file than the host's, or on a read-only mount.
func checkExecutable(t *testing.T, path, tool string) {
	t.Helper()
	var theirs, ours unix.Stat_t
	var fs unix.Statfs_t
	if err := unix.Stat(path, &theirs); err != nil {
		t.Error(err)
	}
	if err := unix.Stat(tool, &ours); err != nil {
		t.Error(err)
	}
	if err := unix.Statfs(path, &fs); err != nil {
		t.Error(err)
	}
	if theirs.Ino == ours.Ino && theirs.Dev == ours.Dev && fs.Flags&unix.ST_RDONLY == 0 {
		t.Errorf("%s is the host's file, and it can be written to", path)
	}
}

// checkLink: the way was taken that the row is about.
func checkLink(t *testing.T, path, want string) {
	t.Helper()
	have, err := os.Readlink(path)
	for begin := range strings.SplitSeq(want, "|") {
		if err == nil && strings.HasPrefix(have, begin) {
			return
		}
	}
	t.Errorf("%s is %q (%v), want one of %s", path, have, err, want)
}

// overwrite tries all that there is to write through a descriptor that was opened for reading.
func overwrite(held int) {
	path := fmt.Sprintf("/proc/self/fd/%d", held)
	writable := unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY}
	_ = unix.MountSetattr(held, "", unix.AT_EMPTY_PATH, &writable)
	_ = unix.Fchmod(held, 0o777)
	_ = unix.Chmod(path, 0o777)
	for _, flags := range []int{unix.O_WRONLY, unix.O_RDWR, unix.O_WRONLY | unix.O_TRUNC} {
		if fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0); err == nil {
			_, _ = unix.Write(fd, []byte("#!/evil\n"))
			unix.Close(fd)
		}
	}
}

// The same without privileges: what has only the user's own ids cannot write to root's
// file; what it can write to, or make writable, is not what is executed.
func TestTheUsersOwnBinary(t *testing.T) {
	root.require(t)
	target := strconv.Itoa(plainContainer(t, plain))
	for _, row := range []struct {
		name  string
		owner caller
		mode  os.FileMode
	}{
		{"root's", root, 0o755}, {"the user's", plain, 0o755},
		{"the user's, which they can make writable", plain, 0o555}, {"root's that all may write", root, 0o777},
	} {
		t.Run(row.name, func(t *testing.T) {
			tool := ownTool(t, row.owner, row.mode)
			before := hash(t, tool)
			w := &watch{command: "/bin/true", last: func(c call) verdict {
				checkOutOfReachOfTheUser(t, c.pid, tool)
				return goOn
			}}
			if status := w.run(t, as(plain, tool, "-t", target, "/bin/true")); status.ExitStatus() != 0 || !w.ended {
				t.Errorf("exit status %d", status.ExitStatus())
			}
			if hash(t, tool) != before {
				t.Error("the binary has changed")
			}
		})
	}
}

func checkOutOfReachOfTheUser(t *testing.T, pid int, tool string) {
	t.Helper()
	var theirs, ours unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d/exe", pid), &theirs); err != nil {
		t.Error(err)
	}
	if err := unix.Stat(tool, &ours); err != nil {
		t.Error(err)
	}
	if theirs.Ino == ours.Ino && (ours.Uid == nstest.UserID || ours.Mode&0o002 != 0) {
		t.Errorf("the executable is a file that the user can write to, or make writable (mode %o)", ours.Mode)
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

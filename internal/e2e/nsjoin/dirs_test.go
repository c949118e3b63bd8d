//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// mark puts a file into a root file system, so that it can be told from others.
func mark(t testing.TB, dir, name string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRootAndWorkingDirectory(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs, outside := nstest.Rootfs(t), nstest.TempDir(t)
		mark(t, rootfs, "inside")
		mark(t, rootfs+"/var/x/bin", "deeper")
		mark(t, outside, "outside")
		if err := os.Symlink("busybox", rootfs+"/var/x/bin/pwd"); err != nil {
			t.Fatal(err)
		}
		ownFile(t, root, rootfs+"/usr/bin/busybox", rootfs+"/var/x/bin/busybox", 0o755)
		pid := strconv.Itoa(container(t, who, rootfs, "cd /var"))
		inside := fmt.Sprintf("/proc/%s/root/var/x", pid)

		for _, row := range []struct{ name, args, want string }{
			{"by default the root of the mount namespace", "sh -c pwd;ls", "/ bin dev etc inside"},
			{"-r is the target's", "-r sh -c pwd;ls", "/ bin dev etc inside"},
			{"-w is the target's", "-w sh -c pwd;ls", "/var x"},
			{"-W without argument is the target's", "-W sh -c pwd;ls", "/var x"},
			{"-r and -w", "-r -w sh -c pwd;ls", "/var x"},
			{"-r and -W", "-rW sh -c pwd;ls", "/var x"},
			{"-W=DIR is looked up inside", "-W=/var/x sh -c pwd;ls", "/var/x bin"},
			{"-WDIR attached", "-W/var/x sh -c pwd;ls", "/var/x bin"},
			{"--wdns=DIR", "--wdns=/var/x sh -c pwd;ls", "/var/x bin"},
			{"-W with a relative directory", "-W=var/x sh -c pwd;ls", "/var/x bin"},
			{"-w=DIR is looked up outside", "-w=" + inside + " sh -c pwd;ls", "/var/x bin"},
			{"-wDIR attached", "-w" + inside + " sh -c pwd;ls", "/var/x bin"},
			{"--wd=DIR", "--wd=" + inside + " sh -c pwd;ls", "/var/x bin"},
			{"-r=DIR is looked up outside", "-r=" + inside + " /bin/busybox ls /", "bin"},
			{"-rDIR attached", "-r" + inside + " /bin/busybox ls /", "bin"},
			{"--root=DIR", "--root=" + inside + " /bin/busybox ls /", "bin"},
			{"-r=DIR moves into it", "-r=" + inside + " /bin/busybox ls", "bin"},
			{"-r=DIR and -W in it", "-r=" + inside + " -W=/bin /bin/busybox pwd", "/bin"},
		} {
			t.Run(row.name, func(t *testing.T) {
				args := strings.Fields(row.args)
				if i := indexOf(args, "-c"); i > 0 {
					args = append(args[:i+1], strings.Join(args[i+1:], " "))
				}
				got := strings.Join(strings.Fields(joined(t, who, append([]string{"-t", pid}, args...)...)), " ")
				if got != row.want && !strings.HasPrefix(got, row.want+" ") {
					t.Errorf("got %q, want %q", got, row.want)
				}
			})
		}
	})
}

func indexOf(list []string, word string) int {
	for i, w := range list {
		if w == word {
			return i
		}
	}
	return -1
}

// A target that is only chrooted: its mount namespace has another root, and -r goes to
// the target's.
func TestAChrootedTarget(t *testing.T) {
	root.require(t)
	c := nstest.Unshare(t)
	mark(t, c.Root, "inside")
	pid := strconv.Itoa(c.PID)
	if got := joined(t, root, "-t", pid, "-r", "sh", "-c", "pwd; ls -d /inside"); got != "/\n/inside" {
		t.Errorf("with -r: %q", got)
	}
	if r := join(t, root, "-t", pid, "ls", "-d", "/inside"); r.Code == 0 {
		t.Errorf("without -r: %q", r.Stdout)
	}
}

func TestWithoutAMountNamespaceTheDirectoryStays(t *testing.T) {
	root.require(t)
	dir := nstest.TempDir(t)
	cmd := as(root, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(namespaces(t, root)), "-u", "pwd")
	cmd.Dir = dir
	if got := well(t, nstest.Exec(t, cmd)); got != dir {
		t.Errorf("in %q, want the caller's %q", got, dir)
	}
}

func TestNoFork(t *testing.T) {
	root.require(t)
	target := namespaces(t, root)
	pid := joinedSleeper(t, root, "-F", "-t", strconv.Itoa(target))
	// the kernel changes the PID namespace of children only
	if have, want := namespace(t, pid, "pid_for_children"), namespace(t, target, "pid"); have != want {
		t.Errorf("children are in %s, want %s", have, want)
	}
	if have, want := namespace(t, pid, "pid"), namespace(t, os.Getpid(), "pid"); have != want {
		t.Errorf("in %s, want the caller's %s", have, want)
	}
	if have := parent(t, pid); have != os.Getpid() {
		t.Errorf("the parent is %d (%s), want this process", have, words(have))
	}
}

func parent(t testing.TB, pid int) int {
	t.Helper()
	ppid, err := strconv.Atoi(status(statusOf(t, pid), "PPid"))
	if err != nil {
		t.Fatal(err)
	}
	return ppid
}

func TestDirectoriesThatCannotBe(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		pid := strconv.Itoa(plainContainer(t, who))
		for _, row := range []struct {
			name, option string
			words        []string
		}{
			{"-r=DIR missing outside", "-r=/nonexistent", []string{"root directory", "/nonexistent", "ENOENT"}},
			{"-r=FILE", "-r=/etc/passwd", []string{"root directory", "/etc/passwd", "ENOTDIR"}},
			{"-w=DIR missing outside", "-w=/nonexistent", []string{"working directory", "/nonexistent", "ENOENT"}},
			// after joining there is no Go, and so there are fewer words
			{"-W=DIR missing inside", "-W=/nonexistent", []string{"working directory", "/nonexistent", "No such file"}},
			{"-W=FILE", "-W=/etc/passwd", []string{"working directory", "/etc/passwd", "Not a directory"}},
		} {
			t.Run(row.name, func(t *testing.T) {
				refused(t, join(t, who, "-t", pid, row.option, "true"), 125, row.words...)
			})
		}
	})
}

// CVE-2024-21626: a link in the container to a descriptor that nsjoin has open leads to
// the machine's files. The container shares the PID namespace, or its /proc would not
// know nsjoin.
func TestAWorkingDirectoryThatLeadsOut(t *testing.T) {
	root.require(t)
	rootfs := nstest.Rootfs(t)
	for fd := range 24 {
		if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", fd), fmt.Sprintf("%s/tmp/fd%d", rootfs, fd)); err != nil {
			t.Fatal(err)
		}
	}
	target := sleeperIn(t, as(root, nstest.Tool(t, "nsrun"), "--mnt", rootfs, "sh", "-c",
		`mount -t proc proc /proc 2>/dev/null; exec "$@"`, "sh"))
	var inherited []*os.File
	for range 6 {
		dir, err := os.Open("/")
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		inherited = append(inherited, dir)
	}
	for fd := range 24 {
		for _, dir := range []string{"/tmp/fd%d", "/proc/self/fd/%d", "/tmp/fd%d/../../..", "/proc/self/fd/%d/.."} {
			option := "-W=" + fmt.Sprintf(dir, fd)
			cmd := as(root, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target), option, "sh", "-c", "ls -id . /; pwd -P")
			cmd.ExtraFiles = inherited
			if r := nstest.Exec(t, cmd); r.Code == 0 {
				checkBelowRoot(t, option, r.Stdout)
			} else {
				refused(t, r, 125, "working directory")
			}
		}
	}
}

// checkBelowRoot: the only directory that such a link may lead to is the container's own root.
func checkBelowRoot(t *testing.T, option, output string) {
	t.Helper()
	lines := strings.Split(output, "\n")
	if len(lines) < 3 || lines[2] != "/" || strings.Fields(lines[0])[0] != strings.Fields(lines[1])[0] {
		t.Errorf("%s: the command started in %q", option, output)
	}
}

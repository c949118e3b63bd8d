//go:build linux

package nsjoin_test

import (
	"os"
	"strconv"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

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

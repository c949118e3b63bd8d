//go:build linux

package mount

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// EnterRoot leaves the old root below the new one, out of sight.
func TestEnterRoot(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, err := AttachRoot(newRoot(t))
		fatal(t, err)
		fatal(t, EnterRoot(root))
		for _, path := range []string{"/in the new root", "in the new root", "/../in the new root", "../../in the new root", "/proc/self/cwd/in the new root"} {
			if !exists(path) {
				t.Errorf("%s is not there", path)
			}
		}
		if wd, err := os.Getwd(); err != nil || wd != "/" {
			t.Errorf("the working directory is %q, %v", wd, err)
		}
		table, err := os.ReadFile("/proc/self/mountinfo")
		fatal(t, err)
		for line := range strings.Lines(string(table)) {
			if path := strings.Fields(line)[4]; path != "/" && path != "/sub" && !strings.HasPrefix(path, "/proc") {
				t.Errorf("of the old root there is to be seen: %s", line)
			}
		}
	})
}

func TestRootsThatCannotBeEntered(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		write(t, workdir(t)+"/file")
		file := openPath(t, "/tmp/file")
		for name, enter := range map[string]func(int) error{"EnterRoot": EnterRoot, "PivotRoot": PivotRoot} {
			if err := enter(file); !errors.Is(err, unix.ENOTDIR) || !strings.HasPrefix(err.Error(), "fchdir(") {
				t.Errorf("%s of a file: %v", name, err)
			}
			if err := enter(-1); !errors.Is(err, unix.EBADF) {
				t.Errorf("%s of nothing: %v", name, err)
			}
		}
		// No mount of its own.
		if err := PivotRoot(openPath(t, mkdir(t, "/tmp/plain"))); !errors.Is(err, unix.EINVAL) || !strings.HasPrefix(err.Error(), `pivot_root(".", "."): `) {
			t.Errorf("PivotRoot to a plain directory: %v", err)
		}
	})
}

// What was mounted on the old root below the new one goes with it.
func TestDetachOldRootWithWhatWasStackedOnIt(t *testing.T) {
	for n := range 3 {
		everywhere(t, func(t *testing.T) {
			dir := newRoot(t)
			for range n {
				fd, err := FS{Type: "tmpfs"}.AttachRoot()
				fatal(t, err)
				fatal(t, unix.Close(fd))
			}
			root, err := AttachRoot(dir)
			fatal(t, err)
			fatal(t, PivotRoot(root))
			fatal(t, DetachOldRoot(n, n == 2))
			table, err := os.ReadFile("/proc/self/mountinfo")
			fatal(t, err)
			roots := 0
			for line := range strings.Lines(string(table)) {
				if strings.Fields(line)[4] == "/" {
					roots++
				}
			}
			if roots != 1 || !exists("/../in the new root") {
				t.Errorf("with %d mounts on the old root there are %d roots left:\n%s", n, roots, table)
			}
		})
	}
}

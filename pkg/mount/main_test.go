//go:build linux

package mount

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { nstest.MainWithExamples(m) }

func TestExamples(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) { nstest.Examples(t, place.child) })
	}
}

// places are who calls, and from where.
var places = []struct {
	name  string
	child nstest.Child
}{
	{"as root", nstest.Child{}},
	{"as a user in a user namespace", nstest.Child{Cloneflags: unix.CLONE_NEWUSER, User: true, MapUser: true}},
}

// everywhere runs fn in each place, with the new mount API and without it.
func everywhere(t *testing.T, fn func(t *testing.T)) {
	for _, place := range places {
		for _, old := range []bool{false, true} {
			name := place.name + ", new calls"
			if old {
				name = place.name + ", old calls"
			}
			t.Run(name, func(t *testing.T) {
				nstest.InChild(t, place.child, func(t *testing.T) {
					forceOldAPI = old
					fn(t)
				})
			})
		}
	}
}

// workdir is an empty tmpfs on /tmp, which goes with the namespace of the child.
func workdir(t *testing.T) string {
	t.Helper()
	fatal(t, FS{Type: "tmpfs", Data: "mode=755"}.Mount("/tmp"))
	return "/tmp"
}

func mkdir(t *testing.T, path ...string) string {
	t.Helper()
	dir := filepath.Join(path...)
	fatal(t, os.MkdirAll(dir, 0o755))
	return dir
}

func write(t *testing.T, path string) {
	t.Helper()
	fatal(t, os.WriteFile(path, []byte("x"), 0o644))
}

func openPath(t *testing.T, path string) int {
	t.Helper()
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	fatal(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// entry is the line of the mount table for the topmost mount on path.
func entry(t *testing.T, path string) (options, optional string) {
	t.Helper()
	table, err := os.ReadFile("/proc/self/mountinfo")
	fatal(t, err)
	found := false
	for line := range strings.Lines(string(table)) {
		left, _, _ := strings.Cut(line, " - ")
		if f := strings.Fields(left); f[4] == path {
			options, optional, found = f[5], strings.Join(f[6:], " "), true
		}
	}
	if !found {
		t.Fatalf("%s is not in the mount table:\n%s", path, table)
	}
	return options, optional
}

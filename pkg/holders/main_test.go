//go:build linux

package holders

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// everywhere runs fn with a tmpfs on /mnt/a: as root, and as a user in a user namespace.
func everywhere(t *testing.T, fn func(t *testing.T)) {
	for _, place := range []struct {
		name  string
		child nstest.Child
	}{
		{"as root", nstest.Child{Cloneflags: unix.CLONE_NEWPID}},
		{"as a user in a user namespace",
			nstest.Child{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWUSER, User: true, MapUser: true}},
	} {
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, func(t *testing.T) {
				tmpfs(t, "/mnt")
				tmpfs(t, "/mnt/a")
				fn(t)
			})
		})
	}
}

func tmpfs(t *testing.T, path string) {
	t.Helper()
	fatal(t, os.MkdirAll(path, 0o755))
	fatal(t, unix.Mount("tmpfs", path, "tmpfs", 0, "mode=755"))
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, path string) *Place {
	t.Helper()
	place, err := Find(path)
	fatal(t, err)
	return place
}

func of(t *testing.T, path string) *Busy {
	t.Helper()
	busy, err := Of(path)
	fatal(t, err)
	return busy
}

func sleeper(t *testing.T, dir string, files ...*os.File) (pid int) {
	t.Helper()
	return nstest.SleeperCmd(t, &exec.Cmd{Path: nstest.RequireCommand(t, "sleep"), Dir: dir, ExtraFiles: files})
}

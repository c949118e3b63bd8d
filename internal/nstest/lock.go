//go:build linux

package nstest

import (
	"testing"

	"golang.org/x/sys/unix"
)

// lock takes the flock(2) lock of a directory, which needs no file of its own, and waits
// for it. Every user who can read the directory can take it.
func lock(t testing.TB, dir string) (unlock func()) {
	t.Helper()
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("open %s: %v", dir, err)
	}
	for {
		if err = unix.Flock(fd, unix.LOCK_EX); err != unix.EINTR {
			break
		}
	}
	if err != nil {
		unix.Close(fd)
		t.Fatalf("lock %s: %v", dir, err)
	}
	return func() { unix.Close(fd) }
}

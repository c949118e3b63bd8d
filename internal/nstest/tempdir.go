//go:build linux

package nstest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// TempDir is t.TempDir, but every user can enter it, and a mount that is left below it
// at the end fails the test and is detached: t.TempDir would otherwise remove the files
// of whatever is mounted there.
func TempDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // made with mode 0700
		t.Fatal(err)
	}
	t.Cleanup(func() { detachBelow(t, dir) }) // runs before t.TempDir's own
	return dir
}

func detachBelow(t testing.TB, dir string) {
	t.Helper()
	left, err := mountedBelow(dir)
	if err != nil {
		t.Errorf("nstest: %v", err)
		return
	}
	for _, m := range slices.Backward(left) { // the table lists parents first
		t.Errorf("nstest: left mounted: %s (%s)", m.Mountpoint, m.FSType)
		if err := unix.Unmount(m.Mountpoint, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW); err != nil {
			t.Errorf("nstest: detach %s: %v", m.Mountpoint, err)
		}
	}
}

// detachQuietly detaches what a child leaves to die with its mount namespace.
func detachQuietly(dir string) {
	left, err := mountedBelow(dir)
	if err != nil {
		return // no /proc any more: the test has changed its root
	}
	for _, m := range slices.Backward(left) {
		_ = unix.Unmount(m.Mountpoint, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
	}
}

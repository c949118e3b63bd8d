//go:build linux

package diag

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// All that these tests mount is on a tmpfs of their own at a fixed place, in the
// mount namespace of their child, with which it goes.
const place = "/mnt"

// ownPlace mounts that tmpfs and makes directories in it.
func ownPlace(t *testing.T, dirs ...string) {
	t.Helper()
	mount(t, "tmpfs", place, "tmpfs", 0)
	for _, dir := range dirs {
		if err := os.MkdirAll(place+"/"+dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func mount(t *testing.T, source, target, fstype string, flags uintptr) {
	t.Helper()
	if err := unix.Mount(source, target, fstype, flags, ""); err != nil {
		t.Fatalf("mount %s on %s: %v", source, target, err)
	}
}

// share lets the mounts on target propagate.
func share(t *testing.T, target string) {
	t.Helper()
	mount(t, "", target, "", unix.MS_SHARED)
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

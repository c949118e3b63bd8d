//go:build linux

package mounts_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const tryImage = "cat marker; touch /new 2>/dev/null && echo written; grep -c /dev/loop /proc/self/mountinfo; true"

func TestRootImages(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		for _, m := range makers {
			t.Run(m.fstype, func(t *testing.T) {
				for _, c := range []caller{root, root.onOldKernel(t)} {
					rootImage(t, c, m.fstype, m.fstype == "ext4" || m.fstype == "xfs")
				}
			})
		}
	})
}

func rootImage(t *testing.T, c caller, fstype string, writable bool) {
	path := image(t, fstype, c)
	before := written(t, path)
	const (
		readable = "in the root file system\n1\n"
		changed  = "in the root file system\nwritten\n1\n"
		layered  = "in the root file system\nwritten\n0\n" // of an overlay the mount below cannot be seen
	)
	plain := readable
	if writable {
		plain = changed
	}
	kept := mkdir(t, t.TempDir(), "kept")
	for _, row := range []struct {
		want    string
		options []string
	}{
		{readable, []string{"--ro"}},
		{layered, []string{"--overlay"}},
		{layered, []string{"--overlay=" + kept}},
		{readable, []string{"--ro", "--no-pivot"}},
	} {
		c.prints(t, row.want, tryImage, append(row.options, "-mp", path)...)
		noLoops(t, path)
		if !written(t, path).Equal(before) {
			t.Errorf("%s: %q has changed the image", c.name, row.options)
		}
	}
	c.prints(t, plain, tryImage, "-mp", path)
	noLoops(t, path)
	c.prints(t, plain, tryImage, "-p", "--no-pivot", "--root="+path)
	noLoops(t, path)
	if !writable {
		return
	}
	if written(t, path).Equal(before) {
		t.Error("a run that has changed the image cannot be told by the time of its file")
	}
	c.prints(t, "/new\n", "ls /new", "-mp", path)
	bindOnto(t, path, unix.MS_RDONLY)
	c.prints(t, readable, tryImage, "-mp", path)
	noLoops(t, path)
}

// written is when the file was written last, which takes no time to find out, as reading an xfs does.
func written(t *testing.T, path string) time.Time {
	t.Helper()
	info, err := os.Stat(path)
	fatal(t, err)
	return info.ModTime()
}

// A user cannot mount an image, and is told what can.
func TestRootImageByAUser(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		for _, m := range makers {
			path := image(t, m.fstype, user)
			check := unchanged(t)
			for _, options := range []string{"-mp", "-mpr", "-mp --overlay"} {
				user.fails(t, 125, append(strings.Fields(options), path, "true"),
					`mount the image "`+path+`": open("/dev/loop-control", O_RDWR|O_CLOEXEC): permission denied (EACCES)`,
					"hint: an image file needs a loop device, which only root of the machine may set up, not a user namespace or an unprivileged container: run it as root, or unpack the image into a directory")
			}
			check(t, m.fstype)
		}
	})
}

// Root's image is mounted outside of the new user namespace, and shown inside.
func TestRootImageInAUserNamespace(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		for _, m := range makers {
			path := image(t, m.fstype, root)
			const look = "cat marker; id -u; stat -c %A /marker"
			const found = "in the root file system\n0\n-rw-r--r--\n"
			root.prints(t, found, look, "-mpr", path)
			root.prints(t, found, look, "-mpr", "--ro", path)
			root.prints(t, found, look, "-mpr", "--overlay", path)
			root.prints(t, found, look, "-mpr", "--no-pivot", path)
			noLoops(t, path)
		}
	})
}

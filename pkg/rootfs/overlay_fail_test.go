//go:build linux

package rootfs

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func TestOverlaysThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		name, root, dir string
		specs           []string
		errno           unix.Errno
		text, hint      string
	}{
		{name: "layers inside of the root", dir: "/tmp/r/d/layers", errno: unix.ELOOP,
			text: "open the directory of the writable layer /tmp/r/d/layers: ",
			hint: "it lies inside of the root directory: it has to be outside, or on another file system"},
		{name: "the root itself for the layers", dir: "/tmp/r/.", errno: unix.ELOOP,
			text: "open the directory of the writable layer /tmp/r/.: ",
			hint: "it lies inside of the root directory: it has to be outside, or on another file system"},
		{name: "layers inside of the root through a link", dir: "/tmp/l/layers", specs: []string{"symlink l r/d"}, errno: unix.ELOOP,
			text: "open the directory of the writable layer /tmp/l/layers: ",
			hint: "it lies inside of the root directory: it has to be outside, or on another file system"},
		{name: "layers in a file", dir: "/tmp/r/f", errno: unix.ENOTDIR, text: "open the directory of the writable layer /tmp/r/f: "},
		{name: "layers below a file", dir: "/tmp/r/f/x", errno: unix.ENOTDIR, text: "open the directory of the writable layer /tmp/r/f/x: "},
		{name: "no root directory", root: "/tmp/no", errno: unix.ENOENT, text: "put a writable layer over /tmp/no: "},
		{name: "a root that is a FIFO", root: "/tmp/r/fifo", errno: unix.ENOTDIR, text: "put a writable layer over /tmp/r/fifo: "},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				overTree(t)
				for _, spec := range row.specs {
					_, rest, _ := strings.Cut(spec, " ")
					link, target, _ := strings.Cut(rest, " ")
					fatal(t, unix.Symlink(target, "/tmp/"+link))
				}
				c.Root, c.Overlay, c.OverlayDir = "/tmp/r", true, row.dir
				if row.root != "" {
					c.Root = row.root
				}
				before, table := listing(t, "/tmp"), mounts(t, "self")
				checkError(t, run(t, c, func() { t.Error("the steps went through") }), row.errno, row.text, row.hint)
				if after := listing(t, "/tmp"); after != before {
					t.Errorf("there are\n%s\ninstead of\n%s", after, before)
				}
				outsideUnchanged(t, table)
			})
		})
	}
}

// Causes that this machine may not have.
func TestHintsForOverlays(t *testing.T) {
	const lower, kept = "/r x", "/l"
	unfit := func(dir string) string {
		return "the file system of " + dir + " may not be able to hold a writable layer (overlay on overlay, NFS, FAT): see the end of `dmesg`"
	}
	for _, row := range []struct {
		name  string
		dir   string
		user  bool
		errno unix.Errno
		want  string
	}{
		{"no overlay in the kernel", "", false, unix.ENODEV, "this kernel has no overlay: `modprobe overlay`"},
		{"an old kernel and a user namespace", "", true, unix.EPERM, "in a user namespace overlays need Linux 5.11: run it as root"},
		{"a layer in use", kept, false, unix.EBUSY, "/l is the writable layer of another mount at the moment"},
		{"a layer of the run in use", "", false, unix.EBUSY, ""},
		{"a file system that cannot be below", "", false, unix.EINVAL, unfit(`"/r x"`)},
		{"a file system that cannot hold a layer", kept, false, unix.EINVAL, unfit("/l")},
		{"something else", kept, true, unix.EIO, ""},
	} {
		b := builder{Config: Config{Root: lower, OverlayDir: row.dir, NewUser: row.user}}
		if got := b.overlayHint(&diag.Error{Err: row.errno}); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

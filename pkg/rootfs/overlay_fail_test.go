//go:build linux

package rootfs

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"

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

// A layer that is in use cannot be used a second time: the kernel knows, and the name is told.
func TestOverlayDirInUse(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		overTree(t)
		c.Root, c.Overlay, c.OverlayDir = "/tmp/r", true, "/tmp/layers"
		fatal(t, run(t, c, func() {}))
		o := mount.Overlay{Lower: []string{"/tmp/r"}, Upper: "/tmp/layers/upper", Work: "/tmp/layers/work", UserXattr: c.NewUser, Data: "index=on"}
		fs, err := o.FS()
		fatal(t, err)
		if fs.Mount("/tmp/r/empty") != nil {
			return // index=on needs what this place does not have
		}
		err = run(t, c, func() {})
		if err != nil && !strings.HasPrefix(err.Error(), "put a writable layer over /tmp/r: ") {
			t.Errorf("got %v", err)
		}
	})
}

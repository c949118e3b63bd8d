//go:build linux

package mount

import (
	"errors"
	"os"
	"testing"

	"nskit.dev/nskit/internal/nstest"

	"golang.org/x/sys/unix"
)

func TestFSMountsOnTheWorkingDirectory(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		dir := mkdir(t, workdir(t), "target")
		fatal(t, os.Chdir(dir))
		fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOSUID, Data: "mode=700"}.Mount("."))
		if options, _ := entry(t, dir); options != "rw,nosuid,relatime" {
			t.Errorf("mounted with %s", options)
		}
	})
}

func TestFSOfAnUnknownType(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		err := FS{Type: "nosuchfs", Flags: unix.MS_RDONLY}.Mount(workdir(t))
		const want = `mount("nosuchfs", "/tmp", "nosuchfs", MS_RDONLY, ""): no such device (ENODEV)`
		if !errors.Is(err, unix.ENODEV) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestFSShell(t *testing.T) {
	fs := FS{Type: "tmpfs", Flags: unix.MS_RDONLY | unix.MS_NOSUID, Data: "mode=755"}
	if got, want := fs.Shell("/dev"), "mount -t tmpfs -o ro,nosuid,mode=755 tmpfs /dev"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := (FS{Type: "proc"}).Shell("p"), "mount -t proc proc p"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDetachTakesTheTreeButNoLink(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		dir := workdir(t)
		top := mkdir(t, dir, "top")
		fatal(t, FS{Type: "tmpfs"}.Mount(top))
		fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, top, "sub")))
		fatal(t, os.Symlink(top, dir+"/link"))
		if err := Unmount(dir+"/link", Lazy|NoFollow); !errors.Is(err, unix.EINVAL) {
			t.Errorf("through a link: %v", err)
		}
		openPath(t, top+"/sub") // busy
		fatal(t, Unmount(top, Lazy|NoFollow))
		if exists(top + "/sub") {
			t.Error("still mounted")
		}
	})
}

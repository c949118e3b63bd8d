//go:build linux

package rootfs

import (
	"path/filepath"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

func TestMasksWithoutARoot(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir d", "file d/f", "file f", "dir ro")
		c.Masks, c.ReadOnlys = []string{"/tmp/d", "/tmp/f", "default"}, []string{"/tmp/ro", "default"}
		before := mounts(t, "self")
		fatal(t, run(t, c, func() {
			checkHidden(t, "/tmp/d")
			checkHidden(t, "/tmp/f")
			checkReadOnly(t, "/tmp/ro")
			checkReadOnly(t, "/proc/sys")
		}))
		checkThere(t, "/tmp/d/f")
		outsideUnchanged(t, before)
	})
}

func TestPathsThatCannotBeCovered(t *testing.T) {
	for _, row := range []struct {
		name             string
		masks, readOnlys []string
		prepare          func(t *testing.T)
		errno            unix.Errno
		text, hint       string
	}{
		{name: "a mask of nothing", masks: []string{"/no/such"}, errno: unix.ENOENT, text: "hide /no/such: ", hint: "there is no such file in the new root"},
		{name: "a mask below a file", masks: []string{"/f/x"}, errno: unix.ENOTDIR, text: "hide /f/x: ", hint: "there is no such file in the new root"},
		{name: "a mask of a link to nothing", masks: []string{"/dangling"}, errno: unix.ENOENT, text: "hide /dangling: ",
			hint: "the link /dangling in the root directory leads to /no, which does not exist there: create that, or put something else in the place of the link"},
		{name: "a mask of a link through /proc", masks: []string{"/magic"}, errno: unix.ELOOP, text: "hide /magic: ",
			hint: "the link /proc/1/root in the root directory stands for what a process has open, wherever that is: give the path of a file"},
		{name: "a mask of a link to the root", masks: []string{"/root"}, errno: unix.ESTALE, text: "hide /root: ", hint: "something replaced the path meanwhile"},
		{name: "a read-only path that is not there", readOnlys: []string{"/no"}, errno: unix.ENOENT, text: "make read-only /no: ", hint: "there is no such file in the new root"},
		{name: "a null device that is none", masks: []string{"/f"}, errno: unix.ENODEV, text: "open the null device, which hides files: ",
			hint:    "/dev/null here is not the character device 1:3",
			prepare: func(t *testing.T) { fatal(t, mount.Bind("/dev/zero", "/dev/null")) }},
		{name: "a null device that is a file", masks: []string{"/f"}, errno: unix.ENODEV, text: "open the null device, which hides files: ",
			hint:    "/dev/null here is not the character device 1:3",
			prepare: func(t *testing.T) { fatal(t, mount.Bind("/tmp/r/f", "/dev/null")) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r/proc", "file r/f", "symlink r/dangling no", "symlink r/root /", "symlink r/magic /proc/1/root")
				if row.prepare != nil {
					row.prepare(t)
				}
				c = bare(c)
				c.Masks, c.ReadOnlys = row.masks, row.readOnlys
				checkError(t, run(t, c, func() { t.Error("the steps went through") }), row.errno, row.text, row.hint)
			})
		})
	}
}

// The lists are those of the OCI runtimes: paths that are clean, and none twice.
func TestTheDefaultListsAreClean(t *testing.T) {
	seen := map[string]bool{}
	for _, path := range append(defaultMasks[:len(defaultMasks):len(defaultMasks)], defaultReadOnlys...) {
		if filepath.Clean(path) != path || !filepath.IsAbs(path) || seen[path] {
			t.Errorf("%s", path)
		}
		seen[path] = true
	}
	for _, path := range []string{"/proc/kcore", "/proc/keys", "/sys/firmware", "/proc/sys", "/proc/sysrq-trigger"} {
		if !seen[path] {
			t.Errorf("%s is missing", path)
		}
	}
}

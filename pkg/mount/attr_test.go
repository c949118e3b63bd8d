//go:build linux

package mount

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRestrictActsOnTheWholeTreeAndTakesNothingAway(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		deep := dir + "/top/a b/deep"
		fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOSUID}.Mount(mkdir(t, dir, "top")))
		fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOEXEC | unix.MS_NOATIME}.Mount(mkdir(t, dir, "top", "a b")))
		fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, deep)))
		fatal(t, Restrict(openPath(t, dir+"/top"), unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NODEV))
		for path, want := range map[string]string{
			dir + "/top":             "ro,nosuid,nodev,relatime",
			dir + `/top/a\040b`:      "ro,nodev,noexec,noatime",
			dir + `/top/a\040b/deep`: "ro,nodev,relatime",
			dir:                      "rw,relatime",
		} {
			if got, _ := entry(t, path); got != want {
				t.Errorf("%s has %s, want %s", path, got, want)
			}
		}
		if err := os.Mkdir(deep+"/x", 0o755); !errors.Is(err, unix.EROFS) {
			t.Errorf("writing gives %v", err)
		}
	})
}

// A copy of the root carries mounts that a user namespace has locked, flags and all.
func TestRestrictWorksOnInheritedMounts(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		target := mkdir(t, workdir(t), "sys")
		fatal(t, Bind("/sys", target))
		fatal(t, Restrict(openPath(t, target), unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID))
		table, err := os.ReadFile("/proc/self/mountinfo")
		fatal(t, err)
		for line := range strings.Lines(string(table)) {
			f := strings.Fields(line)
			if strings.HasPrefix(f[4], target) && !strings.HasPrefix(f[5], "ro,nosuid") {
				t.Errorf("writable: %s", line)
			}
		}
	})
}

// What a mount hides cannot be reached to be remounted, and need not be.
func TestRestrictPassesOverHiddenMounts(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		top := mkdir(t, dir, "top")
		fatal(t, FS{Type: "tmpfs"}.Mount(top))
		fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, top, "a", "hidden")))
		fatal(t, FS{Type: "tmpfs"}.Mount(top+"/a"))
		fatal(t, Restrict(openPath(t, top), unix.MOUNT_ATTR_RDONLY))
		if got, _ := entry(t, top+"/a"); !strings.HasPrefix(got, "ro") {
			t.Errorf("what can be seen is %s", got)
		}
	})
}

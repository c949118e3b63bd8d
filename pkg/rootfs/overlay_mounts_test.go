//go:build linux

package rootfs

import (
	"errors"
	"os"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// overMounts makes a root directory with mounts of each kind below it.
func overMounts(t *testing.T) {
	t.Helper()
	overTree(t)
	for _, dir := range []string{"/tmp/r/w", "/tmp/r/ro", "/tmp/r/d/deep", "/tmp/r/a b", "/tmp/r/%2F"} {
		fatal(t, os.MkdirAll(dir, 0o755))
		mountTmpfs(t, dir, 0)
		fatal(t, os.WriteFile(dir+"/f", []byte("canary"), 0o644))
	}
	fatal(t, os.Mkdir("/tmp/r/w/sub", 0o755))
	mountTmpfs(t, "/tmp/r/w/sub", 0)
	fatal(t, os.WriteFile("/tmp/r/w/sub/f", nil, 0o644))
	fatal(t, mount.Bind("/tmp/r/d/f", "/tmp/r/f"))
	fatal(t, mount.Mount("none", "/tmp/r/ro", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
	fatal(t, unix.Chmod("/tmp/r/w", 0o1770))
}

// An overlay shows nothing of what is mounted below its lower directory, so each mount has one
// of its own, but those that cannot be written to.
func TestOverlayWithMountsBelowTheRoot(t *testing.T) {
	for _, dir := range []string{"", "/tmp/layers"} {
		t.Run("layers in "+dir, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				overMounts(t)
				c.Root, c.Overlay, c.OverlayDir = "/tmp/r", true, dir
				before, table := digest(t, "/tmp/r"), mounts(t, "self")
				fatal(t, run(t, c, func() {
					checkThere(t, "/w/f /w/sub/f /ro/f /d/deep/f /%2F/f /f")
					checkMode(t, "/w", unix.S_IFDIR|0o1770)
					for _, path := range []string{"/w", "/w/sub", "/d/deep", "/a b", "/%2F", "/empty"} {
						check(t, os.WriteFile(path+"/new", nil, 0o644))
						// Where mounts are locked, files beside a mount are shown one by one.
						if path != "/empty" && !(path == "/w" && c.NewUser) {
							check(t, os.Remove(path+"/f"))
						}
					}
					for _, path := range []string{"/ro/new", "/f"} {
						if err := os.WriteFile(path, nil, 0o644); !errors.Is(err, unix.EROFS) {
							t.Errorf("writing to %s gives %v", path, err)
						}
					}
				}))
				fatal(t, run(t, c, func() {
					kept := ""
					if dir == "" {
						kept = "!"
					}
					for _, path := range []string{"/w/new", "/w/sub/new", "/d/deep/new", "/%2F/new", "/empty/new"} {
						checkThere(t, kept+path)
					}
				}))
				if after := digest(t, "/tmp/r"); after != before {
					t.Errorf("the lower directory is\n%s\ninstead of\n%s", after, before)
				}
				outsideUnchanged(t, table)
			})
		})
	}
}

// Mounts that nobody can get to have no layer, and none is put where they would be.
func TestOverlayPassesOverWhatIsHidden(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		overTree(t)
		mountTmpfs(t, "/tmp/r/d/deep", 0)
		mountTmpfs(t, "/tmp/r/d", 0)
		mountTmpfs(t, "/tmp/r/d", 0)
		fatal(t, os.WriteFile("/tmp/r/d/top", nil, 0o644))
		c.Root, c.Overlay = "/tmp/r", true
		fatal(t, run(t, c, func() {
			checkThere(t, "/d/top !/d/deep")
			check(t, os.WriteFile("/d/new", nil, 0o644))
		}))
		checkThere(t, "!/tmp/r/d/new")
	})
}

// A file system of the kernel's own is no place for a layer: what is written there acts.
func TestOverlayShowsProcReadOnly(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		overTree(t)
		fatal(t, mount.Bind("/proc", "/tmp/r/empty"))
		c.Root, c.Overlay = "/tmp/r", true
		fatal(t, run(t, c, func() {
			checkThere(t, "/empty/self/status")
			if err := unix.Access("/empty/self/comm", unix.W_OK); err != unix.EROFS {
				t.Errorf("writing gives %v", err)
			}
		}))
	})
}

// What the default set covers needs no layer, and --proc=none and the like leave what is there.
func TestOverlayOverTheDefaultSet(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		overTree(t)
		mountTmpfs(t, "/tmp/r/sys", 0)
		mountTmpfs(t, "/tmp/r/dev", 0)
		for _, path := range []string{"/tmp/r/sys/f", "/tmp/r/dev/f"} {
			fatal(t, os.WriteFile(path, nil, 0o644))
		}
		c.Root, c.Overlay = "/tmp/r", true
		fatal(t, run(t, c, func() { checkThere(t, "/dev/null !/dev/f !/sys/f") }))
		c.Dev, c.Sys = DevNone, SysNone
		fatal(t, run(t, c, func() {
			checkThere(t, "!/dev/null /dev/f /sys/f")
			check(t, os.Remove("/dev/f"))
		}))
		checkThere(t, "/tmp/r/dev/f")
	})
}

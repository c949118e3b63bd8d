//go:build linux

package rootfs

import (
	"os"
	"testing"

	"nskit.dev/nskit/pkg/mount"
)

// Without pivot_root(2) the new root lies on the old one, which has nothing mounted in it any more
// and is not to be seen. The initramfs, for which this is chosen without being asked for, is
// for a virtual machine to try.
func TestNoPivot(t *testing.T) {
	for _, row := range []struct {
		name    string
		prepare func(t *testing.T, c *Config)
		there   string
	}{
		{"a directory", func(*testing.T, *Config) {}, "/f /dev/null /proc/self/status"},
		{"the root itself", func(_ *testing.T, c *Config) { c.Root = "/" }, "/tmp/r/f /dev/null"},
		{"a read-only one with volumes", func(t *testing.T, c *Config) {
			c.ReadOnly, c.Mounts = true, []Mount{volume(t, "/tmp/a:/v"), tmpfs(t, "/t")}
		}, "/f /v/f /t"},
		{"a shared one", func(t *testing.T, c *Config) {
			fatal(t, mount.SetPropagation("/", mount.Shared))
			c.Propagation = mount.Shared
		}, "/f"},
		{"an unchanged one", func(t *testing.T, c *Config) {
			fatal(t, mount.SetPropagation("/", mount.Shared))
			c.Propagation = mount.Unchanged
		}, "/f"},
		{"a private one with a shared volume", func(t *testing.T, c *Config) {
			fatal(t, mount.SetPropagation("/", mount.Shared))
			c.Mounts = volumes(t, "/tmp/a:/v:rshared")
		}, "/f /v/f"},
		{"a private one with a slave for a volume", func(t *testing.T, c *Config) {
			fatal(t, mount.SetPropagation("/", mount.Shared))
			c.Mounts = volumes(t, "/tmp/a:/v:slave")
		}, "/f /v/f"},
		{"a slave", func(t *testing.T, c *Config) {
			fatal(t, mount.SetPropagation("/", mount.Shared))
			c.Propagation = mount.Slave
		}, "/f"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r", "file r/f", "dir a", "file a/f")
				c.Root, c.NoPivot = "/tmp/r", true
				row.prepare(t, &c)
				before := mounts(t, "self")
				fatal(t, run(t, c, func() {
					checkThere(t, row.there)
					checkEscape(t)
					if wd, err := os.Getwd(); err != nil || wd != "/" {
						t.Errorf("the working directory is %q, %v", wd, err)
					}
					outsideUnchanged(t, before)
				}))
				outsideUnchanged(t, before)
			})
		})
	}
}

// Here the root is no initramfs, whatever else it is: a tmpfs with "/" as its mount point is none.
func TestOnInitramfs(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc")
		if onInitramfs() {
			t.Error("taken for an initramfs")
		}
		fatal(t, run(t, bare(c), func() {
			if onInitramfs() {
				t.Error("a tmpfs is taken for an initramfs")
			}
		}))
	})
}

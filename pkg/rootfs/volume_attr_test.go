//go:build linux

package rootfs

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The options hold for the tree, and take nothing away that a mount of it had.
func TestVolumeOptions(t *testing.T) {
	for _, row := range []struct{ name, options, top, sub string }{
		{"without options the flags are those of the source", "", "rw,relatime", "rw,nodev,noatime"},
		{"rw does not make writable what is not", "rw", "rw,relatime", "rw,nodev,noatime"},
		{"ro", "ro", "ro,relatime", "ro,nodev,noatime"},
		{"nosuid", "nosuid", "rw,nosuid,relatime", "rw,nosuid,nodev,noatime"},
		{"nodev", "nodev", "rw,nodev,relatime", "rw,nodev,noatime"},
		{"noexec", "noexec", "rw,noexec,relatime", "rw,nodev,noexec,noatime"},
		{"all of them", "ro,nosuid,nodev,noexec", "ro,nosuid,nodev,noexec,relatime", "ro,nosuid,nodev,noexec,noatime"},
		{"all, and a propagation", "ro,nosuid,rprivate", "ro,nosuid,relatime", "ro,nosuid,nodev,noatime"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r", "dir a/sub")
				mountTmpfs(t, "/tmp/a/sub", unix.MS_NODEV|unix.MS_NOATIME)
				spec := strings.TrimSuffix("/tmp/a:/x:"+row.options, ":")
				fatal(t, run(t, bare(c, volume(t, spec)), func() {
					table := mounts(t, "thread-self")
					if top, sub := at(t, table, "/x").options, at(t, table, "/x/sub").options; top != row.top || sub != row.sub {
						t.Errorf("mounted %s, below it %s", top, sub)
					}
				}))
				if got := at(t, mounts(t, "self"), "/tmp/a/sub").options; got != "rw,nodev,noatime" {
					t.Errorf("the source has become %s", got)
				}
			})
		})
	}
}

// A table of mounts is one thing, a refused write another.
func TestAReadOnlyVolumeIsNotWritten(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r", "dir a/sub/deep", "file f")
		mountTmpfs(t, "/tmp/a/sub", 0)
		fatal(t, os.Mkdir("/tmp/a/sub/deep", 0o755))
		mountTmpfs(t, "/tmp/a/sub/deep", 0)
		c = bare(c, volumes(t, "/tmp/a:/x:ro", "/tmp/f:/f:ro", "/tmp/a:/x/sub")...)
		fatal(t, run(t, c, func() {
			for _, path := range []string{"/x", "/f"} {
				if err := unix.Access(path, unix.W_OK); err != unix.EROFS {
					t.Errorf("%s: writing gives %v", path, err)
				}
			}
			// Of the volume that lies on the read-only one nobody has said that it be.
			check(t, os.Mkdir("/x/sub/sub/new", 0o755))
		}))
		fatal(t, run(t, bare(c, volume(t, "/tmp/a:/x:ro")), func() {
			for _, path := range []string{"/x/sub", "/x/sub/deep"} {
				if err := os.Mkdir(path+"/new", 0o755); err == nil {
					t.Errorf("%s is writable", path)
				}
			}
		}))
	})
}

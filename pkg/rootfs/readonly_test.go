//go:build linux

package rootfs

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// The root file system is read-only with what was mounted in it, but not what this run has
// mounted there.
func TestReadOnlyRootWithItsMounts(t *testing.T) {
	for _, noPivot := range []bool{false, true} {
		name := "with pivot_root"
		if noPivot {
			name = "without pivot_root"
		}
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r/sub", "dir r/d", "dir a/sub")
				mountTmpfs(t, "/tmp/r/sub", unix.MS_NODEV)
				fatal(t, os.MkdirAll("/tmp/r/sub/deep", 0o755))
				mountTmpfs(t, "/tmp/r/sub/deep", 0)
				fatal(t, os.Mkdir("/tmp/r/sub/deep/v", 0o755))
				mountTmpfs(t, "/tmp/a/sub", 0)
				c.Root, c.ReadOnly, c.NoPivot = "/tmp/r", true, noPivot
				c.Mounts = []Mount{volume(t, "/tmp/a:/sub/deep/v"), tmpfs(t, "/t"), volume(t, "/tmp/a:/new")}
				fatal(t, run(t, c, func() {
					for _, path := range []string{"/", "/d", "/sub", "/sub/deep"} {
						checkReadOnly(t, path)
					}
					for _, path := range []string{"/sub/deep/v", "/sub/deep/v/sub", "/t", "/new", "/new/sub", "/dev", "/dev/shm"} {
						check(t, unix.Access(path, unix.W_OK))
					}
					if got := at(t, mounts(t, "thread-self"), "/sub").options; got != "ro,nodev,relatime" {
						t.Errorf("/sub is mounted %s", got)
					}
				}))
				for _, path := range []string{"/tmp/r", "/tmp/r/sub", "/tmp/r/sub/deep"} {
					check(t, unix.Access(path, unix.W_OK))
				}
			})
		})
	}
}

// A mount that is hidden cannot be reached, and need not be made read-only.
func TestReadOnlyRootWithHiddenMounts(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc", "dir r/d/hidden")
		mountTmpfs(t, "/tmp/r/d/hidden", 0)
		mountTmpfs(t, "/tmp/r/d", 0)
		c = bare(c)
		c.ReadOnly = true
		fatal(t, run(t, c, func() {
			checkReadOnly(t, "/")
			checkReadOnly(t, "/d")
		}))
	})
}

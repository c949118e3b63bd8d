//go:build linux

package nsumount_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRecursive(t *testing.T) {
	for _, row := range []struct {
		name   string
		mounts string // in this order, below /mnt
		stay   string
	}{
		{"one mount", "a", ""},
		{"a tree", "a a/b a/b/c a/d", ""},
		{"a neighbour whose name begins alike", "a a/b ab", "ab"},
		{"mounts stacked below it", "a a/b a/b a/b a/b/c", ""},
		{"a mount over one that has mounts", "a a/b a/b/c a/b a/b/d", ""},
		{"stacked on PATH itself: the topmost, as umount -R", "a a/b a a/c", "a a/b"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				for path := range strings.FieldsSeq(row.mounts) {
					tmpfs(t, "/mnt/"+path)
				}
				works(t, "--recursive", "/mnt/a")
				stay := strings.Fields(row.stay)
				for path := range strings.FieldsSeq(row.mounts) {
					want := 0
					for _, s := range stay {
						if s == path {
							want = 1
						}
					}
					mounted(t, "/mnt/"+path, want)
				}
			})
		})
	}
}

// What the covered mount has below it is reached only after the one that covers it has gone.
func TestRecursiveFromBelowACover(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, path := range []string{"/mnt/a", "/mnt/a/b", "/mnt/a"} {
			tmpfs(t, path)
		}
		works(t, "-R", "/mnt")
		mounted(t, "/mnt", 0)
		mounted(t, "/mnt/a/b", 0)
	})
}

func TestRecursiveLazyIsOneCall(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/b")
		sleeperIn(t, "/mnt/a/b")
		works(t, "-Rl", "/mnt/a")
		mounted(t, "/mnt/a", 0)
		mounted(t, "/mnt/a/b", 0)
	})
}

func TestRecursiveStopsAtTheFirstThatIsBusy(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, path := range []string{"/mnt/a", "/mnt/a/b", "/mnt/a/c"} {
			tmpfs(t, path)
		}
		pid := sleeperIn(t, "/mnt/a/b")
		refuses(t, []string{"-R", "/mnt/a"}, `umount2("/mnt/a/b", UMOUNT_NOFOLLOW): device or resource busy (EBUSY)`, inUse("cwd", pid))
		mounted(t, "/mnt/a/c", 0)
		mounted(t, "/mnt/a/b", 1)
		mounted(t, "/mnt/a", 1)
	})
}

func TestRecursiveOfNoMountPoint(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, os.Mkdir("/mnt/dir", 0o755))
		tmpfs(t, "/mnt/dir/a")
		refuses(t, []string{"-R", "/mnt/dir"}, `umount2("/mnt/dir", 0): invalid argument (EINVAL)`,
			"hint: /mnt/dir is no mount point: it is on the mount /mnt (tmpfs)")
		mounted(t, "/mnt/dir/a", 1)
	})
}

// Two directories of one tree that are peers: what is unmounted in one goes from the other too.
func TestRecursiveWithPropagationInTheTree(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/one")
		fatal(t, unix.Mount("", "/mnt/a/one", "", unix.MS_SHARED, ""))
		fatal(t, os.Mkdir("/mnt/a/two", 0o755))
		fatal(t, unix.Mount("/mnt/a/one", "/mnt/a/two", "", unix.MS_BIND, ""))
		tmpfs(t, "/mnt/a/one/x")
		mounted(t, "/mnt/a/two/x", 1)
		works(t, "-R", "/mnt/a")
		mounted(t, "/mnt/a", 0)
	})
}

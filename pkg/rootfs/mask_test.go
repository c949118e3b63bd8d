//go:build linux

package rootfs

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// checkHidden: a file is the null device, a directory is empty and nothing can be put into it.
func checkHidden(t *testing.T, path string) {
	t.Helper()
	var st unix.Stat_t
	check(t, unix.Stat(path, &st))
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		if st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != unix.Mkdev(1, 3) {
			t.Errorf("%s is not hidden: mode %#o", path, st.Mode)
		}
		return
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) > 0 || unix.Access(path, unix.W_OK) != unix.EROFS {
		t.Errorf("%s is not hidden: %v, %v", path, entries, err)
	}
}

func checkReadOnly(t *testing.T, path string) {
	t.Helper()
	var st unix.Statfs_t
	check(t, unix.Statfs(path, &st))
	if err := unix.Access(path, unix.W_OK); err == nil || st.Flags&unix.ST_RDONLY == 0 {
		t.Errorf("writing to %s gives %v, and its mount has the flags %#x", path, err, st.Flags)
	}
}

// The names of maskTree are what the rows hide, or make read-only.
func maskTree(t *testing.T) string {
	t.Helper()
	return tree(t, "dir r/proc", "dir r/d/sub", "file r/d/f", "file r/f", "fifo r/fifo", "symlink r/abs /f", "symlink r/up ../../d",
		"symlink r/dir d", "dir outside", "file outside/f", "symlink r/out ../outside/f", "dir r/outside", "file r/outside/f")
}

func TestMasksHide(t *testing.T) {
	for _, row := range []struct {
		name          string
		masks, hidden []string
	}{
		{"a file", []string{"/f"}, []string{"/f"}},
		{"a directory", []string{"/d"}, []string{"/d"}},
		{"a FIFO", []string{"/fifo"}, []string{"/fifo"}},
		{"more than one of each", []string{"/d/sub", "/f", "/outside", "/d/f"}, []string{"/d/sub", "/f", "/outside", "/d/f"}},
		{"what lies in a hidden directory too, when it comes first", []string{"/d/sub", "/d"}, []string{"/d"}},
		{"a path that is not clean", []string{"//d/./sub/../f/"}, []string{"/d/f"}},
		{"what an absolute link leads to, inside", []string{"/abs"}, []string{"/abs", "/f"}},
		{"what a link up leads to, inside", []string{"/up/sub"}, []string{"/d/sub"}},
		{"what a link on the way leads to", []string{"/dir/f"}, []string{"/d/f"}},
		{"what a link out leads to, inside", []string{"/out"}, []string{"/outside/f"}},
		{"a thing twice", []string{"/d", "/d", "/f", "/f"}, []string{"/d", "/f"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				top := maskTree(t)
				before, table := digest(t, top), mounts(t, "self")
				c = bare(c)
				c.Masks = row.masks
				fatal(t, run(t, c, func() {
					for _, path := range row.hidden {
						checkHidden(t, path)
					}
				}))
				if after := digest(t, top); after != before {
					t.Errorf("outside there are\n%s\ninstead of\n%s", after, before)
				}
				outsideUnchanged(t, table)
			})
		})
	}
}

// A mount may be on what is hidden, or below what is made read-only.
func TestMasksAndReadOnlyPathsOfMounts(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc", "dir r/d/sub", "dir r/ro/sub", "dir a", "file a/f")
		mountTmpfs(t, "/tmp/r/d/sub", 0)
		mountTmpfs(t, "/tmp/r/ro/sub", unix.MS_NOSUID)
		c = bare(c, volumes(t, "/tmp/a:/v", "/tmp/a:/ro/sub2")...)
		c.Masks, c.ReadOnlys = []string{"/d/sub", "/v/f"}, []string{"/ro", "/v"}
		fatal(t, run(t, c, func() {
			checkHidden(t, "/d/sub")
			checkHidden(t, "/v/f")
			for _, path := range []string{"/ro", "/ro/sub", "/ro/sub2", "/v"} {
				checkReadOnly(t, path)
			}
			if got := at(t, mounts(t, "thread-self"), "/ro/sub").options; got != "ro,nosuid,relatime" {
				t.Errorf("mounted %s", got)
			}
		}))
	})
}

// Each path of the lists that there is: what the machine has decides.
func TestTheDefaultLists(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r")
		c.Root, c.Masks, c.ReadOnlys = "/tmp/r", []string{"default"}, []string{"default"}
		hidden, restricted := 0, 0
		fatal(t, run(t, c, func() {
			for _, path := range defaultMasks {
				if exists(path) {
					checkHidden(t, path)
					hidden++
				}
			}
			for _, path := range defaultReadOnlys {
				if exists(path) {
					checkReadOnly(t, path)
					restricted++
				}
			}
			checkThere(t, "/proc/self/status /proc/cpuinfo")
		}))
		for _, path := range append(defaultMasks, defaultReadOnlys...) {
			if exists(path) {
				hidden--
			}
		}
		if hidden+restricted != 0 {
			t.Errorf("%d paths were not looked at", hidden+restricted)
		}
	})
}

// With --proc=none a plain directory may have the names of /proc, and its files are hidden as well.
func TestTheDefaultListsInAPlainProc(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc/sys", "dir r/proc/acpi", "file r/proc/acpi/f", "file r/proc/kcore", "symlink r/proc/keys kcore",
			"symlink r/proc/bus /proc/sys", "dir r/sys/firmware/x")
		c.Root, c.Proc, c.Dev, c.Sys = "/tmp/r", ProcNone, DevNone, SysNone
		c.Masks, c.ReadOnlys = []string{"default"}, []string{"default"}
		fatal(t, run(t, c, func() {
			for _, path := range []string{"/proc/acpi", "/proc/kcore", "/proc/keys", "/sys/firmware"} {
				checkHidden(t, path)
			}
			checkReadOnly(t, "/proc/sys")
		}))
		checkThere(t, "/tmp/r/proc/acpi/f /tmp/r/sys/firmware/x")
	})
}

func TestReadOnlyPaths(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		maskTree(t)
		c = bare(c)
		c.ReadOnlys = []string{"/f", "/dir", "/outside"}
		fatal(t, run(t, c, func() {
			for _, path := range []string{"/f", "/d", "/d/sub", "/d/f", "/outside/f"} {
				checkReadOnly(t, path)
			}
			check(t, unix.Access("/", unix.W_OK))
		}))
		check(t, unix.Access("/tmp/r/f", unix.W_OK))
	})
}

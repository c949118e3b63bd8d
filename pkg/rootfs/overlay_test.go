//go:build linux

package rootfs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// digest is all of a tree that a change would show in: names, modes, owners, times, contents.
func digest(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	fatal(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		var st unix.Stat_t
		if err == nil {
			err = unix.Lstat(path, &st)
		}
		if err != nil {
			return err
		}
		text := ""
		switch d.Type() {
		case 0:
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text = string(content)
		case fs.ModeSymlink:
			if text, err = os.Readlink(path); err != nil {
				return err
			}
		}
		lines = append(lines, fmt.Sprintf("%s %#o %d:%d %d.%d %q", path, st.Mode, st.Uid, st.Gid, st.Mtim.Sec, st.Mtim.Nsec, text))
		return nil
	}))
	return strings.Join(lines, "\n")
}

// overTree is a root directory with something of each kind in it.
func overTree(t *testing.T) {
	t.Helper()
	tree(t, "dir r/proc", "dir r/dev", "dir r/sys", "dir r/d/deep", "dir r/empty", "file r/f", "file r/d/f", "symlink r/l d/f", "fifo r/fifo",
		"socket r/socket", "dir layers")
	fatal(t, unix.Chmod("/tmp/r", 0o1711))
	fatal(t, unix.Chmod("/tmp/r/d", 0o2750))
}

// spoil does to the root file system inside all that can be done.
func spoil(t *testing.T) {
	t.Helper()
	check(t, os.WriteFile("/f", []byte("other"), 0))
	check(t, os.WriteFile("/new", []byte("new"), 0o644))
	check(t, os.Remove("/l"))
	check(t, os.Rename("/fifo", "/fifo2"))
	check(t, os.RemoveAll("/d"))
	check(t, os.Mkdir("/d", 0o755))
	check(t, os.Chmod("/empty", 0o700))
	check(t, os.WriteFile("/empty/x", nil, 0o644))
}

// checkSpoilt looks whether it is as spoil has left it.
func checkSpoilt(t *testing.T) {
	t.Helper()
	checkThere(t, "/new /fifo2 /socket /d /empty/x !/l !/fifo !/d/f !/d/deep")
	for path, want := range map[string]string{"/f": "other", "/new": "new"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s reads %q, %v", path, got, err)
		}
	}
	checkMode(t, "/empty", unix.S_IFDIR|0o700)
}

func TestOverlayLeavesTheRootAsItWas(t *testing.T) {
	for _, row := range []struct {
		name, dir string
		noPivot   bool
	}{
		{name: "a throw-away layer"},
		{name: "a throw-away layer without pivot_root", noPivot: true},
		{name: "a layer that is kept", dir: "/tmp/layers"},
		{name: "a layer in a directory that is made", dir: "/tmp/new/layers"},
		{name: "a layer that is kept, without pivot_root", dir: "/tmp/layers", noPivot: true},
		{name: "a layer at a relative path", dir: "layers"},
		{name: "a layer whose name has colons and commas", dir: "/tmp/a:b,c\\d"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				overTree(t)
				fatal(t, os.Chdir("/tmp"))
				c.Root, c.Overlay, c.OverlayDir, c.NoPivot = "/tmp/r", true, row.dir, row.noPivot
				before, table := digest(t, "/tmp/r"), mounts(t, "self")
				fatal(t, run(t, c, func() {
					checkMode(t, "/", unix.S_IFDIR|0o1711)
					checkMode(t, "/d", unix.S_IFDIR|0o2750)
					checkThere(t, "/f /d/deep /socket")
					spoil(t)
					checkSpoilt(t)
					checkDevices(t)
					checkEscape(t)
				}))
				fatal(t, run(t, c, func() {
					checkMode(t, "/", unix.S_IFDIR|0o1711)
					if row.dir != "" {
						checkSpoilt(t)
						return
					}
					checkThere(t, "/f /d/deep /l /fifo !/new")
				}))
				if after := digest(t, "/tmp/r"); after != before {
					t.Errorf("the lower directory is\n%s\ninstead of\n%s", after, before)
				}
				outsideUnchanged(t, table)
			})
		})
	}
}

func TestOverlayShowsTheOwnerOfTheRoot(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		overTree(t)
		fatal(t, os.Chown("/tmp/r", 5, 6))
		fatal(t, os.Chmod("/tmp/r", 0o750))
		c := bare(Config{NewPID: true, Overlay: true})
		fatal(t, run(t, c, func() {
			var st unix.Stat_t
			check(t, unix.Stat("/", &st))
			if st.Uid != 5 || st.Gid != 6 || st.Mode != unix.S_IFDIR|0o750 {
				t.Errorf("the root belongs to %d:%d and has mode %#o", st.Uid, st.Gid, st.Mode)
			}
		}))
	})
}

func TestOverlayWithOtherMounts(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		overTree(t)
		fatal(t, os.Mkdir("/tmp/a", 0o755))
		c.Root, c.Overlay, c.ReadOnly = "/tmp/r", true, false
		c.Mounts = []Mount{volume(t, "/tmp/a:/v/w"), tmpfs(t, "/d")}
		c.Masks, c.ReadOnlys = []string{"/f", "default"}, []string{"/empty", "default"}
		before := digest(t, "/tmp/r")
		fatal(t, run(t, c, func() {
			check(t, os.WriteFile("/v/w/through", nil, 0o644))
			check(t, os.WriteFile("/v/not", nil, 0o644))
			checkThere(t, "!/d/f")
			if text, err := os.ReadFile("/f"); len(text) != 0 {
				t.Errorf("/f reads %q, %v", text, err)
			}
			if err := os.Mkdir("/empty/x", 0o755); err == nil {
				t.Error("/empty is writable")
			}
		}))
		checkThere(t, "/tmp/a/through")
		if after := digest(t, "/tmp/r"); after != before {
			t.Errorf("the lower directory is\n%s\ninstead of\n%s", after, before)
		}
	})
}

func TestOverlayThatIsReadOnly(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		overTree(t)
		c.Root, c.Overlay, c.ReadOnly = "/tmp/r", true, true
		fatal(t, run(t, c, func() {
			if err := unix.Access("/", unix.W_OK); err != unix.EROFS {
				t.Errorf("writing gives %v", err)
			}
			checkThere(t, "/f /d/f")
		}))
	})
}

// The host, and all that is mounted in it: for a user namespace these mounts are locked together.
func TestOverlayOverTheRootItself(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "file f")
		fatal(t, mount.SetPropagation("/", mount.Private))
		c.Root, c.Overlay = "/", true
		before := digest(t, "/tmp")
		fatal(t, run(t, c, func() {
			check(t, os.WriteFile("/tmp/f", []byte("other"), 0o644))
			check(t, os.WriteFile("/tmp/new", nil, 0o644))
			check(t, os.WriteFile("/etc/nskit-test", nil, 0o644))
			checkThere(t, "/usr/bin /etc/passwd")
		}))
		checkThere(t, "!/etc/nskit-test")
		if after := digest(t, "/tmp"); after != before {
			t.Errorf("the lower directory is\n%s\ninstead of\n%s", after, before)
		}
	})
}

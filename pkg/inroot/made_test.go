//go:build linux

package inroot

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Only what was created, and is still empty, is removed.
func TestRemove(t *testing.T) {
	const file, dir = inside + "/file", inside + "/dir"
	for _, row := range []struct {
		why  string
		path string
		do   func() error // between the creation and the removal
		err  unix.Errno
	}{
		{"an empty file", file, nothing, 0},
		{"an empty directory", dir, nothing, 0},
		{"a file that is gone", file, func() error { return os.Remove(file) }, 0},
		{"a directory that is gone", dir, func() error { return os.Remove(dir) }, 0},
		{"a file that is elsewhere", file, func() error { return os.Rename(file, inside+"/new") }, 0},
		{"a file with something in it", file, func() error { return os.WriteFile(file, []byte("x"), 0o644) }, unix.ENOTEMPTY},
		{"a directory with something in it", dir, func() error { return os.Mkdir(dir+"/x", 0o755) }, unix.ENOTEMPTY},
		{"another file", file, func() error { return exchange(file, inside+"/file2") }, unix.ESTALE},
		{"a FIFO", file, func() error { return exchange(file, inside+"/fifo") }, unix.ESTALE},
		{"a link to the file", file, func() error { return moveBehindLink(file) }, unix.ESTALE},
		{"a directory in the place of the file", file, func() error { return exchange(file, inside+"/dir2") }, unix.ESTALE},
		{"another directory", dir, func() error { return exchange(dir, inside+"/dir2") }, unix.ESTALE},
		{"a link to the directory", dir, func() error { return moveBehindLink(dir) }, unix.ESTALE},
		{"a link to a directory outside", dir, func() error { return exchange(dir, inside+"/out") }, unix.ESTALE},
		{"a file in the place of the directory", dir, func() error { return exchange(dir, inside+"/file2") }, unix.ESTALE},
		{"a directory with a mount on it", dir, func() error { return unix.Mount("tmpfs", dir, "tmpfs", 0, "") }, unix.ESTALE},
		{"a file with a mount on it", file, func() error { return unix.Mount(inside+"/file2", file, "", unix.MS_BIND, "") }, unix.ESTALE},
		{"a file with another on it that has its inode number", file, func() error { return coverWithTwin(file) }, unix.ESTALE},
	} {
		t.Run(row.why, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				root, done := tree(t, "file file2", "dir dir2", "fifo fifo", "symlink out /tmp/outside")
				defer done()
				at, err := Create(root, strings.TrimPrefix(row.path, inside), row.path == dir)
				fatal(t, err)
				at.Close()
				defer at.Made[0].Close()
				fatal(t, row.do())
				before := listing(t, top)
				err = at.Made[0].Remove()
				if row.err != 0 {
					failed(t, row.why, err, row.err)
					describes(t, row.why, err)
					if got := listing(t, top); got != before {
						t.Errorf("there are\n%s\ninstead of\n%s", got, before)
					}
				} else if _, missing := os.Lstat(row.path); err != nil || missing == nil {
					t.Errorf("got %v, and the file is there: %v", err, missing == nil)
				}
			})
		})
	}
}

func nothing() error { return nil }

func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

func moveBehindLink(path string) error {
	if err := os.Rename(path, inside+"/moved"); err != nil {
		return err
	}
	return os.Symlink("moved", path)
}

// coverWithTwin mounts on path a file of another tmpfs with the same inode number, which
// each tmpfs counts from 1.
func coverWithTwin(path string) error {
	var want, st unix.Stat_t
	if err := unix.Stat(path, &want); err != nil {
		return err
	}
	twin := ""
	for i := 0; st.Ino < want.Ino; i++ {
		twin = outside + "/" + strconv.Itoa(i)
		if err := os.WriteFile(twin, nil, 0o644); err != nil {
			return err
		}
		if err := unix.Stat(twin, &st); err != nil {
			return err
		}
	}
	if st.Ino != want.Ino {
		return unix.ENOTUNIQ
	}
	return unix.Mount(twin, path, "", unix.MS_BIND, "")
}

// File systems such as ext4 give the inode number of a removed file to the next one.
func TestRemoveAnotherKindWithTheSameInode(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, done := tree(t, "fifo fifo")
		defer done()
		var st unix.Stat_t
		fatal(t, unix.Fstatat(root, "fifo", &st, 0))
		m := Made{dir: root, name: "fifo", dev: uint64(st.Dev), ino: st.Ino}
		failed(t, "a FIFO", m.Remove(), unix.ESTALE)
	})
}

// The directory that it was created in is known by its descriptor: where its path leads
// by then does not matter.
func TestRemoveInADirectoryThatWasMoved(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, done := tree(t, "dir d", "symlink out /tmp/outside")
		defer done()
		before := listing(t, outside)
		m, err := Create(root, "/d/canary", false)
		fatal(t, err)
		m.Close()
		fatal(t, exchange(inside+"/d", inside+"/out"))
		removeAll(t, m.Made)
		if _, err := os.Lstat(inside + "/out/canary"); err == nil {
			t.Error("it is still there")
		}
		if got := listing(t, outside); got != before {
			t.Errorf("outside there are\n%s", got)
		}
	})
}

// Close is for those that were removed and those that stay; a mount point may be closed
// twice.
func TestClose(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, done := tree(t)
		defer done()
		m, err := Create(root, "/d/f", false)
		fatal(t, err)
		m.Close()
		m.Close()
		dir, name := m.Made[1].At()
		if !is(t, dir, inside+"/d") || name != "f" {
			t.Errorf("at %q, which is not its directory", name)
		}
		for _, made := range m.Made {
			made.Close()
		}
		if _, err := os.Lstat(inside + "/d/f"); err != nil {
			t.Errorf("what was created went with Close: %v", err)
		}
	})
}

//go:build linux

package inroot

import (
	"os"
	"path"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCreate(t *testing.T) {
	for _, row := range []struct {
		why  string
		path string
		dir  bool
		want string // where it is then
		made string // the modes and names of what was created, outermost first
	}{
		{"a directory", "/d", true, "d", "drwxr-xr-x d"},
		{"a file", "/f", false, "f", "-rw-r--r-- f"},
		{"directories for a directory", "/d/e/f", true, "d/e/f", "drwxr-xr-x d drwxr-xr-x e drwxr-xr-x f"},
		{"directories for a file", "/d/e/f", false, "d/e/f", "drwxr-xr-x d drwxr-xr-x e -rw-r--r-- f"},
		{"one that is missing", "/there/is/f", false, "there/is/f", "-rw-r--r-- f"},
		{"up at the top", "../../d/../e", true, "e", "drwxr-xr-x e"},
		{"a slash at the end", "d/", false, "d", "-rw-r--r-- d"},
		{"through an absolute link", "abs/f", false, "there/is/f", "-rw-r--r-- f"},
		{"through a link out", "out/d/f", false, "tmp/outside/d/f", "drwxr-xr-x d -rw-r--r-- f"},
		{"through a link up and out", "there/out2/f", false, "tmp/outside/f", "-rw-r--r-- f"},
		{"through a link to the root directory", "topdir/f", false, "f", "-rw-r--r-- f"},
		{"through a link with a slash at its end", "slash/f", false, "there/is/f", "-rw-r--r-- f"},
		{"a newline", "new\nline/\xff", true, "new\nline/\xff", "drwxr-xr-x new\nline drwxr-xr-x \xff"},
		{"a name of 255 bytes", name255, true, name255, "drwxr-xr-x " + name255},
		{"what exists, as a file", "there/is", true, "there/is", ""},
		{"what exists, but as a directory", "there/is", false, "there/is", ""},
	} {
		t.Run(row.why, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				unix.Umask(0o077)
				defer unix.Umask(0o077)
				root, done := tree(t, "symlink abs /there/is", "symlink out /tmp/outside", "symlink there/out2 ../../../tmp/outside",
					"symlink topdir /", "symlink slash there/is/", "dir there/is", "dir tmp/outside")
				defer done()
				before := listing(t, top)
				m, err := Create(root, row.path, row.dir)
				fatal(t, err)
				if !is(t, m.FD, inside+"/"+row.want) || !is(t, m.Dir, inside+"/"+path.Dir(row.want)) || m.Name != path.Base(row.want) {
					t.Errorf("it is not %s: %q", row.want, m.Name)
				}
				if got := listMade(t, m.Made); got != row.made {
					t.Errorf("made are %q, want %q", got, row.made)
				}
				if mask := unix.Umask(0o022); mask != 0o077 {
					t.Errorf("the umask is %#o", mask)
				}
				m.Close()
				removeAll(t, m.Made)
				if got := listing(t, top); got != before {
					t.Errorf("after the removal there are\n%s\ninstead of\n%s", got, before)
				}
			})
		})
	}
}

// listMade is the mode and the name of each.
func listMade(t *testing.T, made []Made) string {
	t.Helper()
	var all []string
	for _, m := range made {
		var st unix.Stat_t
		fatal(t, unix.Fstatat(m.dir, m.name, &st, unix.AT_SYMLINK_NOFOLLOW))
		mode := os.FileMode(st.Mode & 0o777)
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			mode |= os.ModeDir
		}
		all = append(all, mode.String()+" "+m.name)
	}
	return strings.Join(all, " ")
}

func removeAll(t *testing.T, made []Made) {
	t.Helper()
	for i := len(made) - 1; i >= 0; i-- {
		if err := made[i].Remove(); err != nil {
			t.Errorf("remove: %v", err)
		}
		made[i].Close()
	}
}

// A path at the limit of what one call takes is created as any other.
func TestCreateTheLongestPath(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, done := tree(t)
		defer done()
		before := listing(t, top)
		m, err := Create(root, "/"+strings.Repeat(name255+"/", 15)+name255, false)
		fatal(t, err)
		if len(m.Made) != 16 || m.Name != name255 {
			t.Errorf("made are %d", len(m.Made))
		}
		m.Close()
		removeAll(t, m.Made)
		if got := listing(t, top); got != before {
			t.Errorf("after the removal there are\n%s", got)
		}
	})
}

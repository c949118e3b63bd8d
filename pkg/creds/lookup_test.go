//go:build linux

package creds

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// newRoot is a root file system with these files; "" leaves one out.
func newRoot(t *testing.T, passwd, group string) int {
	t.Helper()
	dir := t.TempDir()
	fatal(t, os.Mkdir(dir+"/etc", 0o755))
	for name, text := range map[string]string{"passwd": passwd, "group": group} {
		if text != "" {
			fatal(t, write(dir+"/etc/"+name, text))
		}
	}
	return dirFD(t, dir)
}

func TestUID(t *testing.T) {
	root := newRoot(t, passwd, group)
	for _, row := range []struct {
		why, text string
		want      uint32
	}{
		{"a name", "alice", 1000},
		{"a number with an entry", "1000", 1000},
		{"a number without one", "12345", 12345},
		{"a number that is a name in the file, with uid 0", "1", 1},
	} {
		ref, err := ParseRef(row.text)
		fatal(t, err)
		if got, err := UID(root, ref); err != nil || got != row.want {
			t.Errorf("%s: %d, %v", row.why, got, err)
		}
	}
}

func TestNamesThatAreNotThere(t *testing.T) {
	for why, root := range map[string]int{"no entry": newRoot(t, "root:x:0:0:::\n", "root:x:0:\n"), "no files": newRoot(t, "", "")} {
		_, err := UID(root, Ref{Name: "bob"})
		absentError(t, why, err, "there is no user bob in /etc/passwd of the root file system")
		_, err = GIDs(root, Ref{ID: 5}, Ref{Name: "staff"})
		absentError(t, why, err, "there is no group staff in /etc/group of the root file system")
		_, err = LookupUser(root, Ref{ID: 77})
		absentError(t, why, err, "there is no user 77 in /etc/passwd of the root file system")
		if ids, err := LookupGroups(root, User{Name: "bob", GID: 9}); err != nil || !slices.Equal(ids, []uint32{9}) {
			t.Errorf("%s: groups %v, %v", why, ids, err)
		}
	}
}

func absentError(t *testing.T, why string, err error, want string) {
	t.Helper()
	if !diag.IsUsage(err) || err.Error() != want {
		t.Errorf("%s: %v, want %s", why, err, want)
	}
}

// A number means the same whatever the root is, so nothing is read.
func TestNumbersNeedNoFile(t *testing.T) {
	dir := t.TempDir()
	fatal(t, errors.Join(os.Mkdir(dir+"/etc", 0o755), unix.Mkfifo(dir+"/etc/passwd", 0o644), unix.Mkfifo(dir+"/etc/group", 0o644)))
	root := dirFD(t, dir)
	if got, err := UID(root, Ref{ID: 5}); err != nil || got != 5 {
		t.Errorf("uid %d, %v", got, err)
	}
	if got, err := GIDs(root, Ref{ID: 5}, Ref{}); err != nil || !slices.Equal(got, []uint32{5, 0}) {
		t.Errorf("gids %v, %v", got, err)
	}
	for what, err := range map[string]error{
		"user":   second(UID(root, Ref{Name: "root"})),
		"group":  second(GIDs(root, Ref{Name: "root"})),
		"groups": second(LookupGroups(root, User{})),
	} {
		if err == nil || diag.IsUsage(err) || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestLookupGroups(t *testing.T) {
	root := newRoot(t, passwd, group)
	u, err := LookupUser(root, Ref{Name: "alice"})
	fatal(t, err)
	ids, err := LookupGroups(root, u)
	if err != nil || !slices.Equal(ids, []uint32{100, 50, 10, 70}) {
		t.Errorf("%v, %v", ids, err)
	}
	ids, err = GIDs(root, Ref{Name: "wheel"}, Ref{ID: 3}, Ref{Name: "staff"})
	if err != nil || !slices.Equal(ids, []uint32{10, 3, 50}) {
		t.Errorf("%v, %v", ids, err)
	}
}

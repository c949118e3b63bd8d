//go:build linux

package creds

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

const passwd = `root:x:0:0:root:/root:/bin/sh
toor:x:0:0::/:/bin/csh
1:x:0:0:::
alice:x:1000:100:Alice,,,:/home/alice:/bin/zsh
alice:x:0:0:::
short:x:7
long:x:7:7:::::
sign:x:-1:7:::
plus:x:+1:7:::
octal:x:010:7:::
hex:x:0x10:7:::
none:x:4294967295:7:::
nogroup:x:7::::
+nis:x:7:7:::
+::::::
-bad:x:7:7:::
:x:7:7:::
 space:x:7:7:::
last:x:8:8::/:/bin/ksh`

func TestFindUser(t *testing.T) {
	for _, row := range []struct {
		why  string
		ref  Ref
		want User
		ok   bool
	}{
		{"by name", Ref{Name: "root"}, User{"root", 0, 0, "/root", "/bin/sh"}, true},
		{"by number, the first of two", Ref{}, User{"root", 0, 0, "/root", "/bin/sh"}, true},
		{"by name, the first of two", Ref{Name: "alice"}, User{"alice", 1000, 100, "/home/alice", "/bin/zsh"}, true},
		{"a number that is another's name", Ref{ID: 1}, User{}, false},
		{"the last line, without an end", Ref{Name: "last"}, User{"last", 8, 8, "/", "/bin/ksh"}, true},
		{"too few fields", Ref{Name: "short"}, User{}, false},
		{"too many fields", Ref{Name: "long"}, User{}, false},
		{"a uid of -1", Ref{Name: "sign"}, User{}, false},
		{"a uid with a sign", Ref{Name: "plus"}, User{}, false},
		{"a uid in octal", Ref{Name: "octal"}, User{}, false},
		{"a uid in hexadecimal", Ref{Name: "hex"}, User{}, false},
		{"the uid that is none", Ref{Name: "none"}, User{}, false},
		{"no gid", Ref{Name: "nogroup"}, User{}, false},
		{"a line of NIS", Ref{Name: "+nis"}, User{}, false},
		{"only lines without a name have the number", Ref{ID: 7}, User{" space", 7, 7, "", ""}, true},
		{"unknown", Ref{Name: "bob"}, User{}, false},
	} {
		if got, ok := FindUser([]byte(passwd), row.ref); got != row.want || ok != row.ok {
			t.Errorf("%s: %+v, %v", row.why, got, ok)
		}
	}
}

const group = `root:x:0:
staff:x:50:alice,bob
wheel:x:10:bob,alice
users:x:100:alice
again:x:50:alice
other:x:60:alicex,xalice, alice
bad:x:-1:alice
short:x:7
none:x:4294967295:alice
+:::alice
last:x:70:alice`

func TestFindGroup(t *testing.T) {
	for _, row := range []struct {
		ref  Ref
		want string
	}{
		{Ref{Name: "staff"}, "staff 50 [alice bob]"},
		{Ref{ID: 50}, "staff 50 [alice bob]"},
		{Ref{}, "root 0 []"},
		{Ref{Name: "last"}, "last 70 [alice]"},
		{Ref{Name: "bad"}, ""}, {Ref{Name: "short"}, ""}, {Ref{Name: "none"}, ""}, {Ref{Name: "nobody"}, ""}, {Ref{ID: 7}, ""},
	} {
		g, ok := FindGroup([]byte(group), row.ref)
		got := ""
		if ok {
			got = g.Name + " " + decimal(g.GID) + " [" + strings.Join(g.Members, " ") + "]"
		}
		if got != row.want {
			t.Errorf("%v: %q, want %q", row.ref, got, row.want)
		}
	}
}

func TestFindGroups(t *testing.T) {
	got := FindGroups([]byte(group), User{Name: "alice", GID: 100})
	if want := []uint32{100, 50, 10, 70}; !slices.Equal(got, want) {
		t.Errorf("alice is in %v, want %v", got, want)
	}
	if got := FindGroups(nil, User{Name: "alice", GID: 5}); !slices.Equal(got, []uint32{5}) {
		t.Errorf("without a file alice is in %v", got)
	}
	var many strings.Builder
	for i := range maxGroups + 10 {
		many.WriteString("g:x:" + strconv.Itoa(i) + ":alice\n")
	}
	if got := FindGroups([]byte(many.String()), User{Name: "alice", GID: 100}); len(got) != maxGroups {
		t.Errorf("alice is in %d groups", len(got))
	}
}

// Whatever the files say, an entry is found for what was asked for, and its ids are
// ids.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{passwd, group, "a:x:0:0:::\n", "a:x:0:b\n"} {
		f.Add([]byte(seed), "alice")
	}
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		ref, err := ParseRef(name)
		if err != nil {
			return
		}
		if u, ok := FindUser(text, ref); ok && (u.UID > MaxID || u.GID > MaxID || !ref.means(u.Name, u.UID)) {
			t.Errorf("%q in %q: %+v", name, text, u)
		}
		if g, ok := FindGroup(text, ref); ok && (g.GID > MaxID || !ref.means(g.Name, g.GID)) {
			t.Errorf("%q in %q: %+v", name, text, g)
		}
		if ids := FindGroups(text, User{Name: name, GID: 1}); ids[0] != 1 || slices.Contains(ids, MaxID+1) {
			t.Errorf("%q in %q: %v", name, text, ids)
		}
	})
}

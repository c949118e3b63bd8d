//go:build linux

package holders

import (
	"testing"

	"github.com/moby/sys/mountinfo"
)

func TestCandidate(t *testing.T) {
	for _, row := range []struct {
		prefix, name string
		want         bool
	}{
		{"/mnt", "/mnt", true},
		{"/mnt", "/mnt/x", true},
		{"/mnt", "/mnt (deleted)", true},
		{"/mnt", "/mnt/x (deleted)", true},
		{"/mnt", "/mntx", false},
		{"/mnt", "/", false},
		{"/mnt", "/x/mnt", false},
		{"/mnt", "", false},
		{"/mnt", "socket:[1]", false},
		{"/mnt", "(unreachable)/mnt", false},
		{"/", "/anything", true},
		{"/", "/", true},
		{"/x (deleted)", "/x (deleted)", true},
	} {
		s := &scan{prefixes: []string{"/never", row.prefix}}
		if got := s.candidate(row.name); got != row.want {
			t.Errorf("%q on %q: %v", row.name, row.prefix, got)
		}
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		"/x": "/x", `/a\040b`: "/a b", `\134`: `\`, `\0`: `\0`, `\999`: `\999`, `a\012`: "a\n",
	} {
		if got := unescape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A row is what the parent of a copy in another mount namespace says of its propagation.
func TestCopies(t *testing.T) {
	m := &mountinfo.Info{ID: 2, Parent: 1, Major: 0, Minor: 42, Root: "/", Mountpoint: "/mnt"}
	for _, row := range []struct {
		optional string
		want     bool
	}{
		{"shared:7", true}, {"master:7", true}, {"shared:9 master:7", true},
		{"", false}, {"shared:77", false}, {"master:1 propagate_from:7", false}, {"unbindable", false},
	} {
		table := []*mountinfo.Info{
			{ID: 11, Parent: 10, Mountpoint: "/", Optional: row.optional},
			{ID: 12, Parent: 11, Minor: 42, Root: "/", Mountpoint: "/there"},
			{ID: 13, Parent: 11, Minor: 42, Root: "/dir", Mountpoint: "/other"},
			{ID: 14, Parent: 11, Minor: 43, Root: "/", Mountpoint: "/other"},
		}
		found := copies(table, m, "7")
		if (len(found) == 1 && found[0].ID == 12) != row.want || len(found) > 1 {
			t.Errorf("%q: %+v", row.optional, found)
		}
	}
	for optional, want := range map[string]string{"": "", "master:3": "", "shared:5 master:3": "5"} {
		if got := peerGroup(&mountinfo.Info{Optional: optional}); got != want {
			t.Errorf("peer group of %q: %q", optional, got)
		}
	}
}

// BenchmarkOf is the whole search: divide by the number of processes.
func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		if _, err := Of("/proc"); err != nil {
			b.Fatal(err)
		}
	}
}

//go:build linux

package creds

import (
	"slices"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"
)

func TestParseID(t *testing.T) {
	for text, want := range map[string]uint32{"0": 0, "1": 1, "1000": 1000, "4294967294": 4294967294} {
		if got, ok := ParseID(text); !ok || got != want {
			t.Errorf("%q: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{
		"", " 1", "1 ", "+1", "-1", "01", "00", "0x10", "1e3", "1_000", "1:2", "1abc", "root", "１", "1\n", "1\x00",
		"4294967295", "4294967296", "18446744073709551616", "99999999999999999999999999",
	} {
		if got, ok := ParseID(text); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

func TestParseRef(t *testing.T) {
	for _, row := range []struct {
		text string
		want Ref
	}{
		{"0", Ref{}},
		{"1000", Ref{ID: 1000}},
		{"nobody", Ref{Name: "nobody"}},
		{"_apt", Ref{Name: "_apt"}},
		{"host$", Ref{Name: "host$"}},
		{`EXAMPLE\alice`, Ref{Name: `EXAMPLE\alice`}},
		{"alice@example.org", Ref{Name: "alice@example.org"}},
		{"jörg", Ref{Name: "jörg"}},
	} {
		if got, err := ParseRef(row.text); err != nil || got != row.want {
			t.Errorf("%q: %+v, %v", row.text, got, err)
		}
	}
	for _, text := range []string{
		"", " ", " 1", "+1", "-1", "01", "0x10", "1abc", "1:2", "4294967295", "4294967296",
		"a:b", "a,b", "a b", "a/b", "../a", "a\n", "a\tb", "a\x00", "\x1b[31m", "a\x7f", "+alice", "-alice",
	} {
		got, err := ParseRef(text)
		if !diag.IsUsage(err) {
			t.Errorf("%q: %+v, %v", text, got, err)
			continue
		}
		if !strings.Contains(err.Error(), diag.Quote(text)) || got != (Ref{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestParseRefs(t *testing.T) {
	got, err := ParseRefs("7,staff,0")
	if err != nil || !slices.Equal(got, []Ref{{ID: 7}, {Name: "staff"}, {}}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := ParseRefs(""); err != nil || len(got) != 0 {
		t.Errorf("the empty list is %+v, %v", got, err)
	}
	if got, err := ParseRefs(strings.Repeat("1,", maxGroups-1) + "1"); err != nil || len(got) != maxGroups {
		t.Errorf("%d groups: %v", len(got), err)
	}
	for _, text := range []string{",", "1,", ",1", "1,,2", "1, 2", strings.Repeat("1,", maxGroups) + "1"} {
		if _, err := ParseRefs(text); !diag.IsUsage(err) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestRefAsText(t *testing.T) {
	for ref, want := range map[Ref]string{{}: "0", {ID: 4294967294}: "4294967294", {Name: "alice"}: "alice", {Name: "\x1b"}: `"\x1b"`} {
		if got := ref.String(); got != want {
			t.Errorf("%+v: %s", ref, got)
		}
	}
}

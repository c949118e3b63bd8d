//go:build linux

package idmap

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"
)

func TestParseSpec(t *testing.T) {
	for _, row := range []struct {
		why, text string
		want      Spec
	}{
		{"inside, outside, count", "0:100000:65536", Spec{Range: Range{0, 100000, 65536}}},
		{"the old form has the outer id first", "100000,0,65536", Spec{Range: Range{0, 100000, 65536}}},
		{"all ids", "0:0:4294967295", Spec{Range: Range{0, 0, 4294967295}}},
		{"the last id", "4294967294:4294967294:1", Spec{Range: Range{4294967294, 4294967294, 1}}},
		{"numbers of 32 bits are left to Build", "4294967295:4294967295:0", Spec{Range: Range{4294967295, 4294967295, 0}}},
		{"auto", "auto", Spec{Kind: Auto}},
		{"subids", "subids", Spec{Kind: Subids}},
		{"all", "all", Spec{Kind: All}},
	} {
		if got, err := ParseSpec(row.text); err != nil || got != row.want {
			t.Errorf("%s: ParseSpec(%q) = %+v, %v", row.why, row.text, got, err)
		}
	}
	for _, text := range []string{
		"", ":", "::", "0", "0:0", "0:0:1:1", "0:0:", ":0:1", "0::1", "0,0:1", "0:0,1", "0,0", "0;0;1",
		" 0:0:1", "0:0:1 ", "0: 0:1", "+0:0:1", "-1:0:1", "0:0:-1", "00:0:1", "0:01:1", "0x0:0:1", "0:0:1e3",
		"4294967296:0:1", "0:4294967296:1", "0:0:4294967296", "0:0:18446744073709551617",
		"Auto", "auto ", "none", "0:0:1\n", "0:0:\x1b[31m",
	} {
		_, err := ParseSpec(text)
		if !diag.IsUsage(err) {
			t.Errorf("ParseSpec(%q): %v", text, err)
			continue
		}
		says(t, err.Error(), diag.Quote(text))
	}
}

// What is accepted has one spelling, up to the old form.
func FuzzParseSpec(f *testing.F) {
	for _, seed := range []string{"0:1:2", "1,0,2", "auto", "0:0:4294967295", "0:+0:1", "00:0:1", "0:0:1:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpec(text)
		if err != nil {
			if !diag.IsUsage(err) || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("%q: %q", text, err)
			}
			return
		}
		words := map[SpecKind]string{Auto: "auto", Subids: "subids", All: "all"}
		again := s.Range.String()
		if s.Kind != Fixed {
			again = words[s.Kind]
		}
		if strings.Contains(text, ",") {
			outer, rest, _ := strings.Cut(text, ",")
			inner, count, _ := strings.Cut(rest, ",")
			text = inner + ":" + outer + ":" + count
		}
		if text != again {
			t.Errorf("%q is taken for %q", text, again)
		}
		if c := s.Range; c.Count > 0 && (Map{c}).fault() == "" && (c.inner().end() > 4294967295 || c.outer().end() > 4294967295) {
			t.Errorf("%q has no fault", text)
		}
	})
}

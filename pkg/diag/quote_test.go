//go:build linux

package diag

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"":                   `""`,
		"/srv/rootfs":        "/srv/rootfs",
		"größe-日本":           "größe-日本",
		"a b":                `"a b"`,
		`a"b`:                `"a\"b"`,
		`a\b`:                `"a\\b"`,
		"\x1b]0;x\a":         `"\x1b]0;x\a"`,
		"\u009b31m":          `"\u009b31m"`,
		"\x9b31m":            `"\x9b31m"`,
		"a\nb\x00\x7f":       `"a\nb\x00\x7f"`,
		"\u202eevil":         `"\u202eevil"`,
		"zero\u200bwidth":    `"zero\u200bwidth"`,
		"\u2066iso\u2069":    `"\u2066iso\u2069"`,
		"line\u2028sep":      `"line\u2028sep"`,
		"bad\xff\xfe":        `"bad\xff\xfe"`,
		"half \xe6\x97":      `"half \xe6\x97"`,
		"\ufeffbom":          `"\ufeffbom"`,
		"real \ufffd itself": `"real ` + "\ufffd" + ` itself"`,
	} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("plain text, with \"quotes\" and \\ backslashes")
	f.Add("\x1b]0;x\a\xff\x9b\u009b\u202e\n")
	f.Fuzz(func(t *testing.T, s string) {
		for _, out := range [...]string{Escape(s), Quote(s)} {
			if !utf8.ValidString(out) || strings.ContainsFunc(out, unsafeRune) {
				t.Errorf("%q became %q, which is not safe", s, out)
			}
			if Escape(out) != out {
				t.Errorf("escaping %q twice is not escaping it once: %q", s, Escape(out))
			}
		}
	})
}

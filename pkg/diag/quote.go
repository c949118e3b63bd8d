//go:build linux

package diag

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote is s as it may be shown to a person on a terminal, in the middle of a
// sentence: as it is when it consists of plain characters, else in double
// quotes with Go's escapes. Names of containers, files and processes come from
// strangers; an escape sequence in one must not reach the terminal.
func Quote(s string) string {
	if s == "" || strings.ContainsFunc(s, needsQuote) || !utf8.ValidString(s) {
		return quoted(s)
	}
	return s
}

// needsQuote: what would act on the terminal, and what would make the end of
// the name unclear.
func needsQuote(r rune) bool {
	return unsafeRune(r) || strings.ContainsRune(" \"'`\\", r)
}

// quoted is strconv.Quote, which escapes all that unicode.IsPrint does not
// hold to be printable, C0, C1, bidi controls and zero-width characters too.
func quoted(s string) string { return strconv.Quote(s) }

// Escape is s with all that could act on a terminal, or forge a line of
// output, replaced by an escape such as \x1b, \n or \u202e. What is safe stays,
// backslashes too, so that escaping twice is escaping once.
func Escape(s string) string {
	if !strings.ContainsFunc(s, unsafeRune) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		part := s[i : i+size]
		if unsafeRune(r) || r == utf8.RuneError && size == 1 {
			q := quoted(part)
			part = q[1 : len(q)-1]
		}
		b.WriteString(part)
		i += size
	}
	return b.String()
}

// unsafeRune: anything but graphic characters and the space. Controls (Cc),
// formats (Cf: bidi overrides, zero-width joiners), private use, surrogates,
// line separators and exotic spaces are all outside of unicode.IsPrint.
func unsafeRune(r rune) bool { return !unicode.IsPrint(r) }

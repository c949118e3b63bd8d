//go:build linux

package profile

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string; words are what it is, for the error when there is none.
func (r *reader) str(words string) (string, error) {
	r.blanks()
	start := r.at
	if err := r.expect(`"`, words+`, in double quotes,`); err != nil {
		return "", err
	}
	var b strings.Builder
	for r.at < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.text[r.at:])
		switch {
		case c == '"':
			r.at++
			r.last = start
			return b.String(), nil
		case c < ' ':
			return "", r.problem(r.at, "a string must not contain a line break or another control character")
		case c == utf8.RuneError && size == 1:
			return "", r.problem(r.at, "this is not UTF-8")
		case c == '\\':
			if err := r.escape(&b); err != nil {
				return "", err
			}
		default:
			b.WriteRune(c)
			r.at += size
		}
	}
	return "", r.problem(start, "this string does not end")
}

// escape reads a backslash and what belongs to it.
func (r *reader) escape(b *strings.Builder) error {
	const letters, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	rest := r.text[r.at+1:]
	if rest == "" {
		return r.problem(r.at, "the text ends in a string")
	}
	if i := strings.IndexByte(letters, rest[0]); i >= 0 {
		b.WriteByte(meant[i])
		r.at += 2
		return nil
	}
	c, ok := unit(r.text[r.at:])
	if !ok {
		return r.problem(r.at, "there is no such escape in JSON")
	}
	r.at += unitSize
	if !utf16.IsSurrogate(c) {
		b.WriteRune(c)
		return nil
	}
	// A character beyond 16 bits is two units; half of one is replaced.
	low, _ := unit(r.text[r.at:])
	pair := utf16.DecodeRune(c, low)
	if pair != utf8.RuneError {
		r.at += unitSize
	}
	b.WriteRune(pair)
	return nil
}

const unitSize = len(`\u0000`)

func unit(s string) (rune, bool) {
	if len(s) < unitSize || !strings.HasPrefix(s, `\u`) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:unitSize], 16, 16)
	return rune(n), err == nil
}

//go:build linux

package profile

import (
	"slices"
	"strconv"
	"strings"
)

// reader goes through a JSON text (RFC 8259) once, and is told at each place what
// is to come.
type reader struct {
	text string
	at   int // what comes next
	last int // where the last scalar or key began
}

// problem is an error at a place of the text. The path grows from its end as the
// error goes up: "[0].op", ".args[0].op".
type problem struct {
	at         int
	path, text string
}

func (p *problem) Error() string {
	if p.path == "" {
		return p.text
	}
	return strings.TrimPrefix(p.path, ".") + ": " + p.text
}

func (r *reader) problem(at int, text string) error { return &problem{at: at, text: text} }

// wrong is a problem with the scalar that was read last.
func (r *reader) wrong(text string) error { return r.problem(r.last, text) }

func inside(err error, part string) error {
	if p, ok := err.(*problem); ok {
		p.path = part + p.path
	}
	return err
}

// object calls field for each member, at its value. Members with the value null
// are left out, as they mean the same as none.
func (r *reader) object(field func(key string) error) error {
	if err := r.expect("{", "an object {...}"); err != nil {
		return err
	}
	var seen []string
	for !r.skip("}") {
		if len(seen) > 0 {
			if err := r.expect(",", "a comma or }"); err != nil {
				return err
			}
		}
		key, err := r.str("the name of a field")
		if err != nil {
			return err
		}
		if slices.Contains(seen, key) {
			return inside(r.wrong("this field is there twice"), "."+key)
		}
		seen = append(seen, key)
		if err := r.expect(":", "a colon"); err != nil {
			return inside(err, "."+key)
		}
		if r.skip("null") {
			continue
		}
		if err := field(key); err != nil {
			return inside(err, "."+key)
		}
	}
	return nil
}

// list calls item for each item, at its value.
func (r *reader) list(item func() error) error {
	if err := r.expect("[", "a list [...]"); err != nil {
		return err
	}
	for i := 0; !r.skip("]"); i++ {
		if i > 0 {
			if err := r.expect(",", "a comma or ]"); err != nil {
				return err
			}
		}
		if err := item(); err != nil {
			return inside(err, "["+strconv.Itoa(i)+"]")
		}
	}
	return nil
}

// number reads a whole number of 0 or more, at most limit.
func (r *reader) number(limit uint64) (uint64, error) {
	r.blanks()
	r.last = r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.at]) >= 0 {
		r.at++
	}
	digits := r.text[r.last:r.at]
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n > limit || len(digits) > 1 && digits[0] == '0' {
		return 0, r.wrong("a whole number from 0 to " + strconv.FormatUint(limit, 10) + " is expected here, without quotes")
	}
	return n, nil
}

// end is the end of the text.
func (r *reader) end() error {
	if r.blanks(); r.at < len(r.text) {
		return r.problem(r.at, "there is something after the end of the profile")
	}
	return nil
}

func (r *reader) expect(token, words string) error {
	if r.skip(token) {
		return nil
	}
	text := words + " is expected here"
	if r.at == len(r.text) {
		text = "the text ends where " + words + " is expected"
	}
	return r.problem(r.at, text)
}

// skip goes past the token if it comes next.
func (r *reader) skip(token string) bool {
	r.blanks()
	if !strings.HasPrefix(r.text[r.at:], token) {
		return false
	}
	r.at += len(token)
	return true
}

func (r *reader) blanks() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

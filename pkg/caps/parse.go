//go:build linux

package caps

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/capname"
	"nskit.dev/nskit/internal/near"
	"nskit.dev/nskit/pkg/diag"
)

// all is the word for every capability that the kernel knows.
const all = "ALL"

// Parse reads a list of capabilities, separated by commas: names in capital or
// small letters, with or without "CAP_", or the word ALL for [All].
//
// A name that does not exist is a usage error that lists near ones. One that
// exists, but not in the running kernel, is an error that says which Linux it
// needs; diag.ErrUnsupported matches it.
func Parse(list string) (Set, error) { return parse(list, Last()) }

func parse(list string, last int) (Set, error) {
	var s Set
	for name := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(name, all) {
			s |= upTo(last)
			continue
		}
		n, err := Number(name)
		if err != nil {
			return 0, err
		}
		if n > last {
			return 0, tooNew(n)
		}
		s |= 1 << n
	}
	return s, nil
}

// Number is the number of the capability with this name, in capital or small
// letters, with or without "CAP_", whatever the running kernel has. A name that
// does not exist is a usage error that lists near ones.
func Number(name string) (int, error) {
	short := strings.TrimPrefix(strings.ToUpper(name), capname.Prefix)
	if n := slices.Index(capname.Known[:], short); n >= 0 {
		return n, nil
	}
	if name == "" {
		return 0, diag.Usage("the name of a capability is empty")
	}
	text := "there is no capability " + diag.Quote(name)
	if names := near.Names(short, capname.Known[:]); len(names) > 0 {
		text += "; near: " + strings.Join(names, ", ")
	}
	return 0, diag.Usage("%s", text)
}

// tooNew names the Linux release that the capability came with, of those that are
// newer than the oldest kernel that a Go program runs on, 3.2 (capabilities(7)).
func tooNew(n int) error {
	since := "3.5"
	switch {
	case n >= unix.CAP_CHECKPOINT_RESTORE:
		since = "5.9"
	case n >= unix.CAP_PERFMON:
		since = "5.8"
	case n >= unix.CAP_AUDIT_READ:
		since = "3.16"
	}
	return diag.Unsupported("capabilities such as "+capname.Name(n), since)
}

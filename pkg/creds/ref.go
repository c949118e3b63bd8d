//go:build linux

package creds

import (
	"math"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// MaxID is the largest user or group id. The number after it is (uid_t)-1, which
// means "none" or "unchanged" to the kernel (setresuid(2), chown(2)).
const MaxID = math.MaxUint32 - 1

// maxGroups is NGROUPS_MAX, the most supplementary groups that a process can
// have (getgroups(2)).
const maxGroups = 65536

// Ref is a user or a group as a command line names it: by name or, where Name is
// "", by number. The zero value is root.
type Ref struct {
	Name string
	ID   uint32
}

// ParseID is the id that s spells in decimal, from 0 to [MaxID], and whether it
// spells one. There is one spelling for each: no sign, no space and no leading
// zero, because 010 means eight to some readers and ten to others.
func ParseID(s string) (id uint32, ok bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := uint64(0)
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = n*10 + uint64(s[i]-'0'); n > MaxID {
			return 0, false
		}
	}
	return uint32(n), true
}

// ParseRef is the user or group that s names. What is neither an id nor could be
// a name is an error of usage: what begins with a digit or a sign is meant to be
// a number, and must not become an account that a passwd file calls by it.
func ParseRef(s string) (Ref, error) {
	if id, ok := ParseID(s); ok {
		return Ref{ID: id}, nil
	}
	if !isName(s) {
		return Ref{}, diag.Usage("%s is neither an id, a decimal number from 0 to %d, nor a name", diag.Quote(s), uint32(MaxID))
	}
	return Ref{Name: s}, nil
}

// ParseRefs is [ParseRef] for a list with commas in between. The empty string is
// the empty list; there may be 65536 of them.
func ParseRefs(s string) ([]Ref, error) {
	if s == "" {
		return nil, nil
	}
	if n := strings.Count(s, ",") + 1; n > maxGroups {
		return nil, diag.Usage("%d groups are more than the %d that a process can have", n, maxGroups)
	}
	var refs []Ref
	for word := range strings.SplitSeq(s, ",") {
		ref, err := ParseRef(word)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// String is what [ParseRef] takes, safe to print.
func (r Ref) String() string {
	if r.Name == "" {
		return decimal(r.ID)
	}
	return diag.Quote(r.Name)
}

// isName: wider than what useradd(8) lets pass, since directories have names such
// as EXAMPLE\alice, and narrower than what the files can hold.
func isName(s string) bool {
	if s == "" || strings.ContainsAny(s[:1], "+-0123456789") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r == ':' || r == ',' || r == '/'
	})
}

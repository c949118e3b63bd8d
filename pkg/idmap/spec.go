//go:build linux

package idmap

import (
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// SpecKind is the form of an argument of --map-users and --map-groups.
type SpecKind int

// The forms; [Spec] says what they mean.
const (
	Fixed SpecKind = iota
	Auto
	Subids
	All
)

// Spec is one argument of --map-users or --map-groups.
type Spec struct {
	Kind  SpecKind
	Range Range // of Fixed
}

// ParseSpec reads such an argument:
//
//	INNER:OUTER:COUNT   those ids; unshare's old OUTER,INNER,COUNT means the same
//	auto                the caller's first subordinate range, from 0 on inside
//	subids              all of the caller's subordinate ranges, each id as itself
//	all                 all ids of the caller's user namespace, each as itself
//
// Numbers are decimal, without signs, spaces and leading zeros. Whether the ids
// can be mapped is for [Build] to say. The error is one of usage.
func ParseSpec(s string) (Spec, error) {
	switch s {
	case "auto":
		return Spec{Kind: Auto}, nil
	case "subids":
		return Spec{Kind: Subids}, nil
	case "all":
		return Spec{Kind: All}, nil
	}
	old := strings.Contains(s, ",")
	separator := ":"
	if old {
		separator = ","
	}
	words := strings.Split(s, separator)
	if len(words) != 3 {
		return Spec{}, diag.Usage("%s is not INNER:OUTER:COUNT, auto, subids or all", diag.Quote(s))
	}
	var n [3]uint32
	for i, word := range words {
		var ok bool
		if n[i], ok = number(word); !ok {
			return Spec{}, diag.Usage("%s is not INNER:OUTER:COUNT: %s is no decimal number from 0 to 4294967295",
				diag.Quote(s), diag.Quote(word))
		}
	}
	if old {
		n[0], n[1] = n[1], n[0]
	}
	return Spec{Range: Range{Inside: n[0], Outside: n[1], Count: n[2]}}, nil
}

// number reads a decimal number of 32 bits, of which there is one spelling: see
// creds.ParseID, which is for ids, and so ends one earlier.
func number(s string) (uint32, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil && strconv.FormatUint(n, 10) == s
}

//go:build linux

package idmap

import (
	"fmt"
	"strconv"
	"strings"
)

// Range is a line of a map: Count ids from Inside on, in the user namespace, are
// those from Outside on, in the one that it is created from.
type Range struct{ Inside, Outside, Count uint32 }

// String is what [ParseSpec] takes: "0:100000:65536".
func (r Range) String() string { return fmt.Sprintf("%d:%d:%d", r.Inside, r.Outside, r.Count) }

// Map is a uid_map or a gid_map. The order of its lines means nothing, but is
// what the file shows, up to five of them (Linux 4.15 sorts more).
type Map []Range

// Text is what is written to the file: all of it in one write(2).
func (m Map) Text() string {
	var b strings.Builder
	for _, r := range m {
		fmt.Fprintf(&b, "%d %d %d\n", r.Inside, r.Outside, r.Count)
	}
	return b.String()
}

// Args are the arguments of newuidmap(1) and newgidmap(1), which have the order
// of the file.
func (m Map) Args(pid int) []string {
	args := []string{strconv.Itoa(pid)}
	for _, r := range m {
		for _, n := range [...]uint32{r.Inside, r.Outside, r.Count} {
			args = append(args, strconv.FormatUint(uint64(n), 10))
		}
	}
	return args
}

// shown is how many lines of a map a message has room for.
const shown = 8

// String is the map as the ranges of the command line, at most eight.
func (m Map) String() string {
	var words []string
	for _, r := range m[:min(shown, len(m))] {
		words = append(words, r.String())
	}
	if len(m) > shown {
		words = append(words, fmt.Sprintf("... (%d lines)", len(m)))
	}
	return strings.Join(words, " ")
}

//go:build linux

package idmap

import (
	"fmt"
	"strings"

	"nskit.dev/nskit/pkg/creds"
)

// span is some ids in a row, of one side of a map.
type span struct{ first, count uint32 }

// end is the number after the last id. It needs 33 bits.
func (s span) end() uint64 { return uint64(s.first) + uint64(s.count) }

func (s span) String() string {
	if s.count == 1 {
		return fmt.Sprint(s.first)
	}
	return fmt.Sprintf("%d-%d", s.first, s.end()-1)
}

// overlap is what two spans have in common, of count 0 when that is nothing.
func (s span) overlap(t span) span {
	first, end := max(s.first, t.first), min(s.end(), t.end())
	if end <= uint64(first) {
		return span{}
	}
	return span{first, uint32(end - uint64(first))}
}

// holds tells whether all of t is in s.
func (s span) holds(t span) bool { return s.overlap(t).count == t.count }

func (r Range) inner() span { return span{r.Inside, r.Count} }
func (r Range) outer() span { return span{r.Outside, r.Count} }

// pastLast tells whether there are not as many ids: the last one is 4294967294.
func (s span) pastLast() bool { return s.end() > creds.MaxID+1 }

// list is spans as a message shows them, at most eight.
func list(spans []span) string {
	var words []string
	for _, s := range spans[:min(shown, len(spans))] {
		words = append(words, s.String())
	}
	if more := len(spans) - shown; more > 0 {
		words = append(words, fmt.Sprintf("and %d more ranges", more))
	}
	return strings.Join(words, ", ")
}

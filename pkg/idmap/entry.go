//go:build linux

package idmap

import (
	"fmt"
	"strings"

	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

// What useradd(8) gives to a new user: SUB_UID_MIN and SUB_UID_COUNT of
// login.defs(5).
const (
	firstSubid = 100000
	subidCount = 65536
)

// entry is the line that would give o subordinate ids which nobody has yet.
func (c *caller) entry(s side, o owner) string {
	name := o.name
	if name == "" {
		name = o.uid
	}
	// Without the file it is the first of its lines.
	text, _ := c.read(s.subids)
	return diag.Quote(fmt.Sprintf("%s:%d:%d", name, free(string(text)), subidCount))
}

// free is the first id after all that a file gives away, or after what useradd
// begins with where there is no room after them.
func free(text string) uint64 {
	end := uint64(firstSubid)
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(f) != 3 {
			continue
		}
		if s, ok := newSpan(f[1], f[2]); ok {
			end = max(end, s.end())
		}
	}
	if end+subidCount > creds.MaxID {
		return firstSubid
	}
	return end
}

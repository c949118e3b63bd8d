//go:build linux

package idmap

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// fault is what the kernel would answer m with EINVAL for, "" when nothing is:
// map_write() in kernel/user_namespace.c. It goes on after "the map ...".
func (m Map) fault() string {
	if why := m.badLine(); why != "" {
		return why
	}
	if s := common(m, Range.inner); s.count > 0 {
		return "has the inner " + ids(s) + " twice"
	}
	if s := common(m, Range.outer); s.count > 0 {
		return "has the outer " + ids(s) + " twice"
	}
	return ""
}

// badLine is the part of fault that each line is responsible for by itself.
func (m Map) badLine() string {
	for _, r := range m {
		switch {
		case r.Count == 0:
			return "has " + r.String() + ", which maps no id"
		case r.inner().pastLast():
			return "has " + r.String() + ", which goes past the last inner id, 4294967294"
		case r.outer().pastLast():
			return "has " + r.String() + ", which goes past the last outer id, 4294967294"
		}
	}
	return ""
}

func ids(s span) string {
	if s.count == 1 {
		return "id " + s.String()
	}
	return "ids " + s.String()
}

// common is what the first two lines that overlap on one side have in common
// there.
func common(m Map, side func(Range) span) span {
	spans := make([]span, len(m))
	for i, r := range m {
		spans[i] = side(r)
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	for i := 1; i < len(spans); i++ {
		if s := spans[i-1].overlap(spans[i]); s.count > 0 {
			return s
		}
	}
	return span{}
}

// tooLong is why the kernel takes no map of so many lines, "" when it does. All
// of a map is one write(2), which must be smaller than a page.
func (m Map) tooLong(lines int) string {
	page, size := os.Getpagesize(), len(m.Text())
	switch {
	case len(m) > lines && lines < maxLines:
		return fmt.Sprintf("has %d lines, more than the %d that Linux takes before 4.15", len(m), lines)
	case len(m) > lines:
		return fmt.Sprintf("has %d lines, more than the %d that Linux takes", len(m), lines)
	case size >= page:
		return fmt.Sprintf("has %d bytes as text, more than the %d that Linux takes (less than a page)", size, page-1)
	}
	return ""
}

// Lines that a map can have: user_namespaces(7).
const (
	maxLines    = 340
	maxLinesOld = 5 // before Linux 4.15
)

// kernelLines is how many the running kernel takes.
func kernelLines() int {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return maxLines
	}
	return linesOf(unix.ByteSliceToString(u.Release[:]))
}

func linesOf(release string) int {
	var major, minor int
	if _, err := fmt.Sscanf(strings.TrimSpace(release), "%d.%d", &major, &minor); err != nil {
		return maxLines
	}
	if major < 4 || major == 4 && minor < 15 {
		return maxLinesOld
	}
	return maxLines
}

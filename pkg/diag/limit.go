//go:build linux

package diag

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

const (
	tooDeep    = "user namespaces are nested 32 deep here, and no deeper is possible: start the tool further out"
	tooDeepPID = "PID namespaces are nested 32 deep here, and no deeper is possible: start the tool further out"
)

// limit is the number of namespaces of one kind that a user may create in the
// caller's user namespace (Linux 4.9). A new user namespace starts with the
// largest number: only the limits of those around it hold then.
func (s system) limit(kind nsfs.Kind) (value int64, known bool) {
	return number(s.root + kind.LimitFile())
}

// sysctlName is the name of the limit for sysctl(8).
func sysctlName(kind nsfs.Kind) string { return "user.max_" + kind.String() + "_namespaces" }

func zeroLimit(kind nsfs.Kind) string {
	return kind.LimitFile() + " is 0: no " + kind.Words() + " may be created; " + sysctlFix(sysctlName(kind), "15000")
}

// limitReached is why the kernel answered ENOSPC, "no space left on device",
// which has nothing to do with a device.
func (s system) limitReached(kinds nsfs.Kind) string {
	for _, kind := range nsfs.Kinds {
		if value, known := s.limit(kind); kinds&kind != 0 && known && value == 0 {
			return zeroLimit(kind)
		}
	}
	kind := s.full(kinds)
	if kind == 0 {
		return s.someLimit(kinds)
	}
	if kind == nsfs.PID && s.pidDepth() > maxPIDDepth {
		return tooDeepPID
	}
	value, known := s.limit(kind)
	if !known {
		return ""
	}
	if value >= math.MaxInt32 {
		return s.limitAbove(kind)
	}
	hint := "the user has reached the limit " + kind.LimitFile() + " = " + strconv.FormatInt(value, 10)
	if !s.initialUser() {
		hint += " (or a user namespace around this one has reached its own)"
	}
	return hint + ": end some, or `sysctl -w " + sysctlName(kind) + "=" + strconv.FormatInt(max(15000, 2*value), 10) + "`"
}

// full is the kind that has no room left, found by trying one after the other.
// With a user namespace asked for, the others are created from inside it.
func (s system) full(kinds nsfs.Kind) nsfs.Kind {
	for _, kind := range nsfs.Kinds {
		if kinds&kind == 0 {
			continue
		}
		if kind == kinds || s.try(kind|kinds&nsfs.User) == unix.ENOSPC {
			return kind
		}
	}
	return 0
}

// someLimit: none was full any more when it was looked for.
func (s system) someLimit(kinds nsfs.Kind) string {
	var values []string
	for _, kind := range nsfs.Kinds {
		if value, known := s.limit(kind); kinds&kind != 0 && known {
			values = append(values, kind.LimitFile()+" = "+strconv.FormatInt(value, 10))
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "a limit was reached, and there is room again: " + strings.Join(values, ", ")
}

// limitAbove: this user namespace sets no limit, so that one above it does.
// The kernel shows neither their limits nor how deep one is nested.
func (s system) limitAbove(kind nsfs.Kind) string {
	above := "a user namespace around this one has reached its " + sysctlName(kind) + ": look at `sysctl " +
		sysctlName(kind) + "` there (on the host) and raise it"
	if kind == nsfs.User {
		return "user namespaces can be nested 32 deep, and this may be the last one; or else " + above
	}
	if kind == nsfs.PID {
		return "PID namespaces can be nested 32 deep, and this may be the last one; or else " + above
	}
	return above
}

// maxPIDDepth is the kernel's MAX_PID_NS_LEVEL, not counting the initial one.
const maxPIDDepth = 32

// pidDepth is how many PID namespaces the caller is in, as far as its /proc sees them.
func (s system) pidDepth() int {
	return len(strings.Fields(field(s.self("status"), "NSpid")))
}

//go:build linux

package diag

import "strings"

// Error is a step that failed. The zero value of each field may be left out.
type Error struct {
	Step string // what was being attempted, in words: "mount /proc"
	Call string // the system call with symbolic arguments; may be empty
	Err  error  // usually a unix.Errno
	Hint string // one cause and its remedy; empty when not known
	Code int    // exit status of the tool; 0 means 125
}

// Error is "step: call: errno text" in one line that is safe to print on a
// terminal. The hint is not in it: see [Print].
func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, part := range [...]string{e.Step, e.Call, reason(e.Err)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return Escape(strings.Join(parts, ": "))
}

// Unwrap is Err, so that errors.Is(err, unix.EPERM) holds.
func (e *Error) Unwrap() error { return e.Err }

//go:build linux

package diag

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// Errno is the errno that err wraps, or 0 when there is none in it.
func Errno(err error) unix.Errno {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return 0
}

// nameOf is the name of man pages. x/sys knows some numbers by a newer one.
func nameOf(errno unix.Errno) string {
	if errno == unix.EUCLEAN {
		return "EUCLEAN"
	}
	return unix.ErrnoName(errno)
}

// reason is the text of err, with the symbolic name of the errno that it ends
// in: "operation not permitted (EPERM)". The name is what one can search for,
// in man pages as on the web; the text differs between C libraries.
func reason(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	errno := Errno(err)
	name := nameOf(errno)
	if name == "" || !strings.HasSuffix(text, errno.Error()) {
		return text
	}
	return text + " (" + name + ")"
}

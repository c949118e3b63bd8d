//go:build linux

package diag

import (
	"errors"
	"fmt"
)

// ErrUnsupported matches, by errors.Is, what [Unsupported] made: the running
// kernel lacks what was asked for.
var ErrUnsupported = errors.New("not supported by this kernel")

var (
	errUsage = errors.New("usage")
	errBug   = errors.New("internal error")
)

// classified is a message that belongs to a class of errors without showing
// the class in its text.
type classified struct {
	class error
	text  string
}

func (c *classified) Error() string { return c.text }

func (c *classified) Is(target error) bool {
	return target == c.class || c.class == ErrUnsupported && target == errors.ErrUnsupported
}

// Usage is an error that is the caller's fault: a bad option or argument.
func Usage(format string, args ...any) *Error {
	return &Error{Err: &classified{errUsage, fmt.Sprintf(format, args...)}}
}

// IsUsage reports whether err was made by [Usage].
func IsUsage(err error) bool { return errors.Is(err, errUsage) }

// Bug is an error that is this program's own fault, whatever the caller did:
// "internal error: ...".
func Bug(format string, args ...any) *Error {
	return &Error{Step: "internal error", Err: &classified{errBug, fmt.Sprintf(format, args...)}}
}

// IsBug reports whether err was made by [Bug].
func IsBug(err error) bool { return errors.Is(err, errBug) }

// Unsupported is the error for what needs a newer kernel, or one that was built
// with it: what is a plural ("time namespaces"), since a release ("5.6").
func Unsupported(what, since string) *Error {
	return &Error{Err: &classified{ErrUnsupported, what + " need Linux " + since}}
}

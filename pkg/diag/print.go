//go:build linux

package diag

import (
	"errors"
	"io"
)

// exitFailure is the exit status of a failure of the tool itself, as with
// docker(1), env(1) and chroot(1); 126 and 127 are left to the command.
const exitFailure = 125

// Print writes "tool: message" and, when err has a hint, "tool: hint: ...",
// each as one line, together in one write: a supervisor and a command that
// share stderr do not break each other's lines. An error in writing is
// ignored, as there is nowhere left to report it.
func Print(w io.Writer, tool string, err error) {
	if err == nil {
		return
	}
	tool = Escape(tool)
	out := tool + ": " + Escape(reason(err)) + "\n"
	if hint := hintOf(err); hint != "" {
		out += tool + ": hint: " + Escape(hint) + "\n"
	}
	_, _ = io.WriteString(w, out)
}

// ExitCode is the exit status for err: 0 for nil, the first Code that is set
// in the chain of errors, else 125.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	for e := first(err); e != nil; e = first(e.Err) {
		if e.Code != 0 {
			return e.Code
		}
	}
	return exitFailure
}

// AddHint gives err a hint, if it is (or wraps) an [Error] that has none: that
// of the first of find which knows one. It returns err.
//
//	return diag.AddHint(err, func(e *diag.Error) string {
//		return diag.HintProc(diag.Errno(e))
//	})
func AddHint(err error, find ...func(*Error) string) error {
	e := first(err)
	if e == nil || hintOf(err) != "" {
		return err
	}
	for _, f := range find {
		if e.Hint = f(e); e.Hint != "" {
			break
		}
	}
	return err
}

// hintOf is the first hint in the chain of errors: the outermost, which knows
// most about what was wanted.
func hintOf(err error) string {
	for e := first(err); e != nil; e = first(e.Err) {
		if e.Hint != "" {
			return e.Hint
		}
	}
	return ""
}

func first(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

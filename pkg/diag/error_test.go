//go:build linux

package diag

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestErrorText(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"all fields", &Error{Step: "mount /proc", Call: `mount("proc", "/proc", "proc", MS_NOSUID, "")`, Err: unix.EPERM, Hint: "not in the text"},
			`mount /proc: mount("proc", "/proc", "proc", MS_NOSUID, ""): operation not permitted (EPERM)`},
		{"no call", &Error{Step: "join", Err: unix.ENOSPC}, "join: no space left on device (ENOSPC)"},
		{"no error", &Error{Step: "step", Call: "call()"}, "step: call()"},
		{"an errno inside", &Error{Step: "read", Err: &fs.PathError{Op: "open", Path: "/x", Err: unix.ENOENT}}, "read: open /x: no such file or directory (ENOENT)"},
		{"an errno that is not last", &Error{Err: fmt.Errorf("%w: gave up", unix.EAGAIN)}, "resource temporarily unavailable: gave up"},
		{"an error in an error", &Error{Step: "outer", Err: &Error{Step: "inner", Err: unix.EIO}}, "outer: inner: input/output error (EIO)"},
		{"foreign bytes", &Error{Step: "open \x1b]0;x\a\xff\n\u202e", Err: unix.EIO}, `open \x1b]0;x\a\xff\n\u202e: input/output error (EIO)`},
		{"usage", Usage("unknown option %s", "--foo"), "unknown option --foo"},
		{"bug", Bug("%d is not %d", 1, 2), "internal error: 1 is not 2"},
		{"not an errno of this kernel", &Error{Step: "x", Err: unix.Errno(9999)}, "x: errno 9999"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.err.Error(); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestErrorIsItsErrno(t *testing.T) {
	var err error = &Error{Step: "mount", Err: unix.EPERM}
	if !errors.Is(err, unix.EPERM) || !errors.Is(err, fs.ErrPermission) || Errno(err) != unix.EPERM {
		t.Errorf("%v does not unwrap to EPERM", err)
	}
	if Errno(errors.New("x")) != 0 || Errno(nil) != 0 {
		t.Error("an errno where there is none")
	}
}

func TestClasses(t *testing.T) {
	usage, bug, unsupported := error(Usage("x")), error(Bug("x")), error(Unsupported("x", "5.6"))
	for _, row := range []struct {
		err                     error
		usage, bug, unsupported bool
	}{
		{usage, true, false, false},
		{bug, false, true, false},
		{unsupported, false, false, true},
		{fmt.Errorf("while parsing: %w", usage), true, false, false},
		{&Error{Step: "outer", Err: unsupported}, false, false, true},
		{os.ErrNotExist, false, false, false},
	} {
		if IsUsage(row.err) != row.usage || IsBug(row.err) != row.bug || errors.Is(row.err, ErrUnsupported) != row.unsupported {
			t.Errorf("%v: usage %v, bug %v, unsupported %v", row.err, IsUsage(row.err), IsBug(row.err), errors.Is(row.err, ErrUnsupported))
		}
	}
}

func TestExitCode(t *testing.T) {
	notFound := &Error{Step: "execute ls", Err: unix.ENOENT, Code: 127}
	for _, row := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("x"), 125},
		{Usage("x"), 125},
		{&Error{Err: unix.EPERM}, 125},
		{notFound, 127},
		{fmt.Errorf("wrapped: %w", notFound), 127},
		{&Error{Step: "outer", Err: notFound}, 127},
	} {
		if got := ExitCode(row.err); got != row.want {
			t.Errorf("ExitCode(%v) = %d, want %d", row.err, got, row.want)
		}
	}
}

// counter counts the writes: each is one system call on a file.
type counter struct {
	bytes.Buffer
	writes int
}

func (c *counter) Write(p []byte) (int, error) {
	c.writes++
	return c.Buffer.Write(p)
}

func (c *counter) WriteString(s string) (int, error) { return c.Write([]byte(s)) }

func TestPrint(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"nothing", nil, ""},
		{"any error", unix.EPERM, "nsrun: operation not permitted (EPERM)\n"},
		{"a hint", &Error{Step: "step", Err: unix.EPERM, Hint: "do \x1b[31m\nthis"}, "nsrun: step: operation not permitted (EPERM)\nnsrun: hint: do \\x1b[31m\\nthis\n"},
		{"a hint inside", &Error{Step: "outer", Err: &Error{Err: unix.EPERM, Hint: "inner"}}, "nsrun: outer: operation not permitted (EPERM)\nnsrun: hint: inner\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out counter
			Print(&out, "nsrun", row.err)
			if out.String() != row.want {
				t.Errorf("got  %q\nwant %q", out.String(), row.want)
			}
			if out.writes > 1 {
				t.Errorf("%d writes, want one", out.writes)
			}
		})
	}
}

func TestAddHint(t *testing.T) {
	none := func(*Error) string { return "" }
	finder := func(e *Error) string { return "about " + e.Step }
	never := func(*Error) string { t.Error("asked although the hint was known"); return "" }

	err := AddHint(fmt.Errorf("wrapped: %w", &Error{Step: "mount", Err: unix.EPERM}), none, finder, never)
	var out strings.Builder
	Print(&out, "t", err)
	if want := "t: wrapped: mount: operation not permitted (EPERM)\nt: hint: about mount\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if again := AddHint(err, never); again != err {
		t.Errorf("AddHint changed the error to %v", again)
	}
	if AddHint(nil, never) != nil || AddHint(unix.EPERM, never) != unix.EPERM {
		t.Error("AddHint changed an error that can have no hint")
	}
}

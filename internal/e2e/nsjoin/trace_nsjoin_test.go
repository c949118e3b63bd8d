//go:build linux

package nsjoin_test

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// watch looks at the system calls of nsjoin itself, with whatever is put before it left
// out, up to the execve of the command.
type watch struct {
	command string             // what nsjoin is to execute, an absolute path
	each    func(call) verdict // every call before that; may be nil
	last    func(call) verdict // the execve of the command; may be nil

	ended bool // the command runs; so does the supervisor, of which no more is looked at
}

// run traces a command that is, or executes, nsjoin. The caller is root: nsjoin is not
// dumpable, and so nobody else can read its memory.
func (w *watch) run(t *testing.T, cmd *exec.Cmd) unix.WaitStatus {
	t.Helper()
	nstest.RequireRoot(t)
	return trace(t, cmd, "nsjoin", w.look)
}

func (w *watch) look(c call) verdict {
	do := w.each
	switch {
	case w.ended:
		return goOn
	case c.is(unix.SYS_EXECVE) && c.text(0) == w.command:
		w.ended = true
		do = w.last
	}
	if do == nil {
		return goOn
	}
	return do(c)
}

// path is the path of a call that opens, or looks at, a file; empty for other calls.
func (c call) path() string {
	switch {
	case c.is(unix.SYS_OPENAT), c.is(sysFstatat), c.is(unix.SYS_READLINKAT), c.is(unix.SYS_STATX),
		c.is(unix.SYS_FACCESSAT), c.is(unix.SYS_FACCESSAT2), c.is(unix.SYS_OPENAT2), c.is(unix.SYS_OPEN_TREE),
		c.is(unix.SYS_EXECVEAT), c.is(unix.SYS_UNLINKAT):
		return c.text(1)
	case c.is(unix.SYS_EXECVE), c.is(unix.SYS_CHDIR), c.is(unix.SYS_CHROOT), c.is(unix.SYS_STATFS):
		return c.text(0)
	}
	return c.oldPath()
}

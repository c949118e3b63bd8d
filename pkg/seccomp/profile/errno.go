//go:build linux

package profile

import (
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/seccomp"
)

// maxErrno is the largest error that a system call can return (MAX_ERRNO).
const maxErrno = 4095

// outcome is an action and the error that goes with it, which are fields of their own.
type outcome struct {
	action          seccomp.Action
	hasAction       bool
	errno           uint64
	hasErrno, named bool
	at              int // of the error
}

func (o *outcome) readAction(r *reader) (err error) {
	o.action, err = oneOf(r, actions[:], "action")
	if err == nil && o.action == unix.SECCOMP_RET_USER_NOTIF {
		return r.wrong("SCMP_ACT_NOTIFY needs an agent that answers, which this program does not have")
	}
	o.hasAction = true
	return err
}

// readErrno reads the number. Where podman's name is there too, that counts.
func (o *outcome) readErrno(r *reader) error {
	n, err := r.number(1<<16 - 1)
	if err == nil && !o.named {
		o.errno, o.hasErrno, o.at = n, true, r.last
	}
	return err
}

func (o *outcome) readErrnoName(r *reader) error {
	name, err := r.str("the name of an error")
	if err != nil || name == "" {
		return err
	}
	number, found := errnoOf(name)
	if !found {
		return r.wrong(unknown("error", name, nil))
	}
	o.errno, o.hasErrno, o.named, o.at = number, true, true, r.last
	return nil
}

// errnoOf goes through the names that there are: 133 is the last.
func errnoOf(name string) (uint64, bool) {
	switch name { // names for numbers that have another one too
	case "EOPNOTSUPP", "ENOTSUP":
		return uint64(unix.EOPNOTSUPP), true
	case "EWOULDBLOCK", "EAGAIN":
		return uint64(unix.EAGAIN), true
	case "EDEADLOCK", "EDEADLK":
		return uint64(unix.EDEADLK), true
	}
	for n := range uint64(unix.EHWPOISON) + 1 {
		if unix.ErrnoName(unix.Errno(n)) == name {
			return n, true
		}
	}
	return 0, false
}

// combine is the action with its data: EPERM where nothing is said, as in runc.
// field is that of the number, for errors.
func (o *outcome) combine(r *reader, field string) (seccomp.Action, error) {
	if o.named {
		field = strings.TrimSuffix(field, "Ret")
	}
	n := uint64(unix.EPERM)
	if o.hasErrno {
		n = o.errno
	}
	switch o.action {
	case unix.SECCOMP_RET_ERRNO:
		if n > maxErrno {
			return 0, inside(r.problem(o.at, "an error is at most 4095"), field)
		}
		return seccomp.Errno(unix.Errno(n)), nil
	case unix.SECCOMP_RET_TRACE:
		return seccomp.Trace(uint16(n)), nil
	}
	if o.hasErrno {
		return 0, inside(r.problem(o.at, "an error goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE alone, not with this action"), field)
	}
	return o.action, nil
}

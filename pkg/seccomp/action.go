//go:build linux

package seccomp

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// Action is what the kernel does with a system call: a value that a filter
// returns (seccomp(2)), SECCOMP_RET_* with 16 bits of data.
type Action uint32

// The actions without data.
const (
	KillProcess Action = unix.SECCOMP_RET_KILL_PROCESS // since Linux 4.14, before that as KillThread
	KillThread  Action = unix.SECCOMP_RET_KILL_THREAD
	Trap        Action = unix.SECCOMP_RET_TRAP // SIGSYS
	Allow       Action = unix.SECCOMP_RET_ALLOW
	Log         Action = unix.SECCOMP_RET_LOG // allow, and log: since Linux 4.14, before that as KillThread
)

// Errno makes the call fail with errno, at most 4095.
func Errno(errno unix.Errno) Action {
	return unix.SECCOMP_RET_ERRNO | Action(errno)&unix.SECCOMP_RET_DATA
}

// Trace asks a tracer, which gets the message, and fails with ENOSYS without one.
func Trace(message uint16) Action { return unix.SECCOMP_RET_TRACE | Action(message) }

func (a Action) kind() Action { return a & unix.SECCOMP_RET_ACTION_FULL }

// permits reports whether the call may be made, as far as it is for this action.
func (a Action) permits() bool {
	switch a.kind() {
	case Allow, Log, unix.SECCOMP_RET_TRACE:
		return true
	}
	return false
}

// stricter is the kernel's order: the actions as signed numbers, the least first.
func (a Action) stricter(b Action) int { return int(int32(a.kind())) - int(int32(b.kind())) }

// String is the action as in seccomp(2), without its prefix: "ALLOW",
// "ERRNO(EPERM)", "TRACE(1)".
func (a Action) String() string {
	data := int(a & unix.SECCOMP_RET_DATA)
	switch a.kind() {
	case KillProcess:
		return "KILL_PROCESS"
	case KillThread:
		return "KILL_THREAD"
	case Trap:
		return "TRAP"
	case Log:
		return "LOG"
	case Allow:
		return "ALLOW"
	case unix.SECCOMP_RET_TRACE:
		return "TRACE(" + strconv.Itoa(data) + ")"
	case unix.SECCOMP_RET_ERRNO:
		if name := unix.ErrnoName(unix.Errno(data)); name != "" {
			return "ERRNO(" + name + ")"
		}
		return "ERRNO(" + strconv.Itoa(data) + ")"
	}
	return "0x" + strconv.FormatUint(uint64(a), 16)
}

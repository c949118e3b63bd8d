//go:build linux

package diag

import (
	"strconv"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// HintJoin is why the namespaces kinds of process pid could not be opened
// (/proc/PID/ns/X) or joined (setns(2)) with errno; "" when that is not known.
// It must be called by a process with the credentials and the namespaces of
// the one that failed.
func HintJoin(pid int, kinds nsfs.Kind, errno unix.Errno) string { return here.join(pid, kinds, errno) }

func (s system) join(pid int, kinds nsfs.Kind, errno unix.Errno) string {
	if hint := s.target(pid, errno); hint != "" {
		return hint
	}
	switch errno {
	case unix.ENOENT:
		return s.lacking(kinds)
	case unix.EINVAL:
		return s.unjoinable(pid, kinds)
	case unix.EPERM, unix.EACCES:
		return s.joinRefused(pid, kinds)
	}
	return ""
}

// unjoinable: setns knows namespaces that cannot be joined whoever asks.
func (s system) unjoinable(pid int, kinds nsfs.Kind) string {
	ns := s.proc(strconv.Itoa(pid) + "/ns/")
	if kinds&nsfs.User != 0 {
		own, _ := nsLink(s.self("ns/user"))
		if theirs, err := nsLink(ns + "user"); err == nil && theirs == own {
			return "this process is in that user namespace already, and the kernel allows no joining of one's own: leave --user out"
		}
	}
	if kinds&nsfs.PID != 0 {
		return "a PID namespace can be joined only from itself or from one around it, and that of process " + strconv.Itoa(pid) +
			" is not below this one: run the tool further out (on the host)"
	}
	return s.lacking(kinds)
}

// joinRefused: opening the file is subject to the checks of ptrace(2) for
// reading, joining to capabilities. Yama's ptrace_scope is about attaching
// only, and plays no part.
func (s system) joinRefused(pid int, kinds nsfs.Kind) string {
	if !s.readable() {
		return noProc
	}
	if _, err := nsLink(s.proc(strconv.Itoa(pid) + "/ns/user")); err != nil {
		return s.unreadable(pid)
	}
	if hint := s.outerOwner(pid, kinds); hint != "" {
		return hint
	}
	if hint := s.seccomp(); hint != "" {
		return hint
	}
	return s.confined()
}

// outerOwner: setns asks for CAP_SYS_ADMIN both in the user namespace that owns
// the namespace and in the caller's. No process has it in one around its own.
func (s system) outerOwner(pid int, kinds nsfs.Kind) string {
	name := strconv.Itoa(pid)
	for _, kind := range nsfs.Kinds {
		if kinds&kind == 0 {
			continue
		}
		owned, err := s.owner(s.proc(name + "/ns/" + kind.String()))
		if err == nil && !owned {
			return "the " + kind.Words() + " of process " + name +
				" belongs to a user namespace that is not below this one: run the tool outside of this user namespace (on the host)"
		}
	}
	switch {
	case !s.admin() && kinds&nsfs.User == 0:
		return "joining the " + kinds.Words() + " of process " + name +
			" needs CAP_SYS_ADMIN in the user namespace that owns it: run the tool as root, or join the target's user namespace too (--user)"
	case kinds&nsfs.Mnt != 0 && s.admin() && !s.holds(unix.CAP_SYS_CHROOT):
		return "joining a mount namespace needs CAP_SYS_CHROOT besides CAP_SYS_ADMIN, and this process lacks it: run the tool with it"
	}
	return ""
}

//go:build linux

package diag

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// unreadable is why /proc/PID/ns cannot be read: the checks of
// PTRACE_MODE_READ_FSCREDS, in the order of ptrace(2).
func (s system) unreadable(pid int) string {
	for _, cause := range [...]func(int) string{s.otherUser, s.notDumpable, s.outerUser, s.moreCapable} {
		if hint := cause(pid); hint != "" {
			return hint
		}
	}
	// Not a seccomp filter, which sees no path.
	if hint := s.confined(); hint != "" {
		return hint
	}
	return "no rule of ptrace(2) accounts for it: a security module (SELinux, Landlock, a BPF program) protects process " +
		strconv.Itoa(pid) + "; look for its denial in `dmesg` and in the audit log"
}

// otherUser: without CAP_SYS_PTRACE all three user ids of the target must be the caller's.
func (s system) otherUser(pid int) string {
	uids := strings.Fields(field(s.proc(strconv.Itoa(pid)+"/status"), "Uid"))
	if s.holds(unix.CAP_SYS_PTRACE) || len(uids) < 3 {
		return ""
	}
	own := effectiveID(s.self("status"), "Uid")
	for _, uid := range uids[:3] {
		if uid != own {
			return "process " + strconv.Itoa(pid) + " belongs to user " + uid + ", and this process to user " + own +
				": run the tool as root or as that user"
		}
	}
	return ""
}

// notDumpable: the files in the directory of a process that has changed its
// credentials, or that asked for it, belong to root (proc(5), "dumpable"); the
// directory itself does not (task_dump_owner in fs/proc/base.c).
func (s system) notDumpable(pid int) string {
	status := s.proc(strconv.Itoa(pid) + "/status")
	uid := effectiveID(status, "Uid")
	if uid == "" || uid == "0" || s.holds(unix.CAP_SYS_PTRACE) || s.uid(status) == uid {
		return ""
	}
	return "process " + strconv.Itoa(pid) + " is protected (not dumpable, as after a set-uid program): run the tool as root"
}

func ownerOf(path string) string {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return ""
	}
	return strconv.Itoa(int(st.Uid))
}

// outerUser: in a user namespace one has power over those below it, and never
// over those around it. Which one the target is in is shown, to those who may
// not look, by the map that anyone may read; but that of an outer one can read
// the same. It also follows from a refusal in spite of CAP_SYS_PTRACE, which
// would do for a target in this one or below.
func (s system) outerUser(pid int) string {
	name := strconv.Itoa(pid)
	theirs := text(s.proc(name + "/uid_map"))
	elsewhere := theirs != "" && theirs != text(s.self("uid_map"))
	switch {
	case s.initialUser() && elsewhere: // All others are below this one.
		return "process " + name + " is in a user namespace that another user made: run the tool as root or as that user"
	case !s.initialUser() && (elsewhere || s.holds(unix.CAP_SYS_PTRACE)):
		return "process " + name + " is in a user namespace that is not below this one: run the tool outside of this user namespace (on the host)"
	}
	return ""
}

// moreCapable: the target's permitted capabilities must all be the caller's,
// who could gain them through it otherwise; CAP_SYS_PTRACE makes up for it. So
// root in a container, with a few taken away, cannot look into a process of the
// full root.
func (s system) moreCapable(pid int) string {
	own, known1 := capSet(s.self("status"), "CapEff")
	theirs, known2 := capSet(s.proc(strconv.Itoa(pid)+"/status"), "CapPrm")
	if !known1 || !known2 || theirs&^own == 0 || s.holds(unix.CAP_SYS_PTRACE) {
		return ""
	}
	return "process " + strconv.Itoa(pid) + " has " + capNames(theirs&^own) +
		", which this process lacks: run the tool with at least the target's capabilities"
}

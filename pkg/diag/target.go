//go:build linux

package diag

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const ownUser = "run the tool as root or as that process's user"

// HintTarget is why the process pid cannot be found, pinned or entered: that
// there is none, that it is hidden, or that it is nothing one can join; "" when
// nothing is wrong with it. errno is the kernel's answer, for instance of
// pidfd_open(2).
func HintTarget(pid int, errno unix.Errno) string { return here.target(pid, errno) }

func (s system) target(pid int, errno unix.Errno) string {
	name := strconv.Itoa(pid)
	if pid <= 0 {
		return name + " is no PID: PIDs are positive numbers"
	}
	if errno != unix.EPERM && errno != unix.EACCES {
		if hint := s.absent(pid); hint != "" {
			return hint
		}
	}
	status := s.proc(name + "/status")
	if _, err := os.ReadFile(status); Errno(err) == unix.EPERM && s.hidden() {
		return "/proc is mounted with hidepid, which shuts process " + name + " off from other users: " + ownUser
	}
	// Tgid: a thread's directory exists, but is not listed.
	if leader := field(status, "Tgid"); leader != "" && leader != name {
		return name + " is a thread of process " + leader + ": give " + leader
	}
	if strings.HasPrefix(field(status, "State"), "Z") {
		return "process " + name + " is a zombie: it has ended, its namespaces are no longer its own, and its parent, process " +
			field(status, "PPid") + ", has not waited for it yet"
	}
	if s.kernelThread(pid) {
		return "process " + name + " (" + Quote(field(status, "Name")) + ") is a thread of the kernel, which has no namespaces of its own"
	}
	return ""
}

// absent is why there is nothing to be found under pid.
func (s system) absent(pid int) string {
	name := strconv.Itoa(pid)
	if !s.readable() {
		return mountProc
	}
	// A /proc of another PID namespace calls this process by another
	// number, or does not know it.
	if seen, _ := os.Readlink(s.proc("self")); seen != strconv.Itoa(os.Getpid()) {
		return "/proc belongs to another PID namespace, and shows other numbers than the one that this process is in: mount a fresh /proc"
	}
	alive := s.exist(pid) != unix.ESRCH
	switch {
	case exists(s.proc(name)):
		return ""
	case alive && s.hidden():
		return "process " + name + " exists, but /proc is mounted with hidepid, which hides other users' processes: " + ownUser
	case alive:
		return "process " + name + " exists, but this /proc does not show it: mount a fresh /proc"
	}
	if most, known := number(s.proc("sys/kernel/pid_max")); known && int64(pid) > most {
		return name + " is larger than any PID here (/proc/sys/kernel/pid_max is " + strconv.FormatInt(most, 10) + ")"
	}
	return "there is no process " + name + " in this PID namespace: it has ended, or the number is one from inside of a container (`ps` here shows the number to give)"
}

// hidden reports whether /proc hides the processes of other users: hidepid=2,
// called invisible since Linux 5.8, or 4, ptraceable (proc(5)).
func (s system) hidden() bool {
	m := mountAt(mountTable(s.self("mountinfo")), "/proc")
	return m != nil && strings.Contains(m.VFSOptions, "hidepid=")
}

// kernelThread: such a process has no memory of its own and executes no file.
// Zombies have neither, and are told apart before.
func (s system) kernelThread(pid int) bool {
	status := s.proc(strconv.Itoa(pid) + "/status")
	return field(status, "Name") != "" && field(status, "VmSize") == "" && (pid == 2 || field(status, "PPid") == "2")
}

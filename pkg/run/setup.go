//go:build linux

package run

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
)

// actAsMapped lets the set-up of the root file system create files although the caller's ids have none
// inside, as with ranges alone: the kernel refuses to make a file that belongs to nobody (EOVERFLOW). The
// ids for files are changed, to root's inside or the first that there is.
func actAsMapped(r *nsexec.Record) {
	if id, ok := standIn("/proc/self/gid_map", r.EGID); ok {
		unix.RawSyscall(unix.SYS_SETFSGID, uintptr(id), 0, 0)
	}
	if id, ok := standIn("/proc/self/uid_map", r.EUID); ok {
		unix.RawSyscall(unix.SYS_SETFSUID, uintptr(id), 0, 0)
	}
	nsexec.FollowAgain()
}

// actAsSelf takes that back: execve(2) would take it for a change of ids, and empty the ambient set. These
// calls set the ids for files to the effective ones, also where they have no number.
func actAsSelf() {
	const unchanged = ^uintptr(0)
	unix.RawSyscall(unix.SYS_SETREGID, unchanged, unchanged, 0)
	unix.RawSyscall(unix.SYS_SETREUID, unchanged, unchanged, 0)
}

// standIn is the inner id to use, unless the outer one is mapped.
func standIn(path string, outer uint32) (id uint64, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return 0, false
		}
		inside, _ := strconv.ParseUint(f[0], 10, 32)
		first, _ := strconv.ParseUint(f[1], 10, 32)
		count, _ := strconv.ParseUint(f[2], 10, 33)
		if uint64(outer) >= first && uint64(outer) < first+count {
			return 0, false
		}
		if !ok || inside == 0 {
			id, ok = inside, true
		}
	}
	return id, ok
}

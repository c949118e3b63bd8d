//go:build linux

package caps

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/capname"
)

// Last is the number of the newest capability that the running kernel knows.
//
// It asks with prctl(PR_CAPBSET_READ), which is EINVAL for a number that the
// kernel does not know (Linux 2.6.25), and not /proc/sys/kernel/cap_last_cap
// (Linux 3.2): /proc may be missing, or be somebody else's. Where a seccomp
// filter forbids even that, it is the newest that this package knows.
func Last() int { return lastOf(inKernel) }

// lastOf starts from the newest capability there was when this was written,
// which most kernels have: two questions are enough then.
func lastOf(known func(int) bool) int {
	last := len(capname.Known) - 1
	for last > 0 && !known(last) {
		last--
	}
	for last < 63 && known(last+1) {
		last++
	}
	return last
}

func inKernel(n int) bool {
	_, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(n), 0, 0, 0)
	if err == nil || err == unix.EINVAL {
		return err == nil
	}
	return n < len(capname.Known)
}

// All is the set of every capability that the running kernel knows.
func All() Set { return upTo(Last()) }

func upTo(last int) Set { return 1<<(last+1) - 1 }

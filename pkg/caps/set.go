//go:build linux

package caps

import (
	"math/bits"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/capname"
)

// Set is a set of capabilities: bit n is the capability with number n, as in the
// lines Cap* of /proc/PID/status.
type Set uint64

// Docker is what a container of Docker has by default (moby,
// daemon/pkg/oci/caps/defaults.go); those of containerd and nerdctl are the same.
const Docker Set = 1<<unix.CAP_CHOWN | 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_FSETID | 1<<unix.CAP_FOWNER |
	1<<unix.CAP_MKNOD | 1<<unix.CAP_NET_RAW | 1<<unix.CAP_SETGID | 1<<unix.CAP_SETUID | 1<<unix.CAP_SETFCAP |
	1<<unix.CAP_SETPCAP | 1<<unix.CAP_NET_BIND_SERVICE | 1<<unix.CAP_SYS_CHROOT | 1<<unix.CAP_KILL |
	1<<unix.CAP_AUDIT_WRITE

// Of is the set of the capabilities with these numbers: unix.CAP_SYS_ADMIN, ...
func Of(numbers ...int) Set {
	var s Set
	for _, n := range numbers {
		s |= 1 << n
	}
	return s
}

// Has reports whether the capability with number n is in the set.
func (s Set) Has(n int) bool { return s&(1<<n) != 0 }

// String is the names in the set in the order of their numbers, separated by
// commas, "CAP_CHOWN,CAP_KILL", and "none" for the empty set. A capability that
// is newer than this package is shown by its number: "CAP_41".
func (s Set) String() string {
	if s == 0 {
		return "none"
	}
	names := make([]string, 0, bits.OnesCount64(uint64(s)))
	for rest := s; rest != 0; rest &= rest - 1 {
		names = append(names, capname.Name(bits.TrailingZeros64(uint64(rest))))
	}
	return strings.Join(names, ",")
}

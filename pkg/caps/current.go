//go:build linux

package caps

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// Sets are the five sets of a thread: capabilities(7).
type Sets struct {
	Bounding, Permitted, Effective, Inheritable, Ambient Set
}

// Current reads the sets of the calling thread, with capget(2) and prctl(2), so
// that it works without /proc. Before Linux 4.3, which has no ambient
// capabilities, that set is empty.
func Current() (Sets, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return Sets{}, &diag.Error{Step: "read the capabilities", Call: "capget(_LINUX_CAPABILITY_VERSION_3, 0)", Err: err}
	}
	s := Sets{
		Permitted:   join(data[0].Permitted, data[1].Permitted),
		Effective:   join(data[0].Effective, data[1].Effective),
		Inheritable: join(data[0].Inheritable, data[1].Inheritable),
	}
	for n := range Last() + 1 {
		bound, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(n), 0, 0, 0)
		if err != nil {
			return Sets{}, &diag.Error{Step: "read the bounding set", Call: "prctl(PR_CAPBSET_READ)", Err: err}
		}
		s.Bounding |= Set(bound) << n
		// The kernel keeps the ambient set within these two, and most often empty.
		if (s.Permitted & s.Inheritable).Has(n) {
			s.Ambient |= ambient(n)
		}
	}
	return s, nil
}

func ambient(n int) Set {
	set, err := unix.PrctlRetInt(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_IS_SET, uintptr(n), 0, 0)
	if err != nil {
		return 0
	}
	return Set(set) << n
}

func join(low, high uint32) Set { return Set(low) | Set(high)<<32 }

//go:build linux

package seccomp

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// Kernel is the first two numbers of a Linux release: 5.10 is Kernel{5, 10}.
type Kernel struct{ Major, Minor int }

func (k Kernel) before(other Kernel) bool {
	return k.Major < other.Major || k.Major == other.Major && k.Minor < other.Minor
}

// String is the release as people write it: "5.10".
func (k Kernel) String() string { return strconv.Itoa(k.Major) + "." + strconv.Itoa(k.Minor) }

// Running is the release of the running kernel, of uname(2).
func Running() (Kernel, error) {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return Kernel{}, &diag.Error{Step: "read the release of the kernel", Call: "uname()", Err: err}
	}
	release := unix.ByteSliceToString(name.Release[:])
	k, ok := parseRelease(release)
	if !ok {
		return Kernel{}, &diag.Error{Step: "read the release of the kernel, " + diag.Quote(release), Err: unix.EINVAL}
	}
	return k, nil
}

// parseRelease reads the beginning of a release: of "6.1.0-18-amd64" 6 and 1.
func parseRelease(release string) (Kernel, bool) {
	major, rest, _ := strings.Cut(release, ".")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		rest = rest[:end]
	}
	a, errA := strconv.ParseUint(major, 10, 16)
	b, errB := strconv.ParseUint(rest, 10, 16)
	return Kernel{int(a), int(b)}, errA == nil && errB == nil
}

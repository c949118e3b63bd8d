//go:build linux

package inroot

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"
)

// forceWalk makes the tests of this package do without openat2(2).
var forceWalk bool

// attempts is how often a call is repeated that a rename, anywhere on the machine,
// has disturbed: openat2(2) gives up with EAGAIN when it cannot tell whether ".." was
// still inside.
const attempts = 128

const (
	openFlags = unix.O_PATH | unix.O_CLOEXEC
	walkFlags = openFlags | unix.O_NOFOLLOW
)

// How openat2(2) resolves.
const (
	openInRoot  = unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS
	openNoLinks = unix.RESOLVE_NO_SYMLINKS
)

func openat2(dir int, path string, resolve uint64) (fd int, err error) {
	if forceWalk {
		return -1, unix.ENOSYS
	}
	how := unix.OpenHow{Flags: openFlags, Resolve: resolve}
	for range attempts {
		fd, err = unix.Openat2(dir, path, &how)
		if err != unix.EAGAIN && err != unix.EINTR {
			break
		}
	}
	return fd, err
}

// noCall reports whether openat2(2) is missing: ENOSYS from an old kernel; EPERM
// from a seccomp filter that does not know it, as that of Docker before 20.10. The
// call itself has no use for EPERM with O_PATH.
func noCall(err error) bool { return err == unix.ENOSYS || err == unix.EPERM }

// openat opens one component, a link itself and not what it leads to.
func openat(dir int, name string) (fd int, err error) {
	err = retry(func() error {
		fd, err = unix.Openat(dir, name, walkFlags, 0)
		return err
	})
	return fd, err
}

// retry repeats f while a signal interrupts it, as Go's own preemption signals do on
// a network or FUSE file system: signal(7).
func retry(f func() error) error {
	for {
		if err := f(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// openCall is the text of what opens path, be it in more than one call.
func openCall(path string) string {
	return "openat2(root, " + strconv.Quote(path) + ", {O_PATH|O_CLOEXEC, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS})"
}

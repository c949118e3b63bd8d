//go:build linux

package mount

import (
	"errors"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Mount is mount(2). The error is a *[diag.Error] with the call in it, its
// flags by name.
func Mount(source, target, fstype string, flags Flags, data string) error {
	err := retry(func() error {
		return unix.Mount(source, target, fstype, uintptr(flags), data)
	})
	if err != nil {
		return &diag.Error{Call: Call(source, target, fstype, flags, data), Err: err}
	}
	return nil
}

// Call is the text of a mount(2) call, as errors and --explain show it:
//
//	mount("none", "/", "", MS_REC|MS_PRIVATE, "")
func Call(source, target, fstype string, flags Flags, data string) string {
	return call("mount", quote(source), quote(target), quote(fstype), flags.String(), quote(data))
}

func call(name string, args ...string) string {
	return name + "(" + strings.Join(args, ", ") + ")"
}

func quote(s string) string { return strconv.Quote(s) }

// retry repeats f while a signal interrupts it. Go's own preemption signals
// do that to any call that can sleep interruptibly, as mount(2) of a network
// or FUSE file system does: signal(7).
func retry(f func() error) error {
	for {
		if err := f(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// noCall reports whether err means that the system call itself may be missing:
// ENOSYS from an old kernel; EPERM from a seccomp filter that does not know
// the call, as that of Docker before 20.10. A true EPERM looks the same, so
// that the caller tries the old way, which then gives the true error.
func noCall(err error) bool {
	return errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM)
}

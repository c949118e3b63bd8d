//go:build linux

package diag

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// try creates namespaces of these kinds in a child that ends at once, and says
// how the kernel answered. Trying is the only way to learn which of several
// kinds has reached its limit, since the kernel does not publish the counts.
//
// The child is to execute a file without a name, so that ENOENT says that it
// got past unshare, which has no such errno.
func try(kinds nsfs.Kind) unix.Errno {
	_, err := syscall.ForkExec("", []string{""}, &syscall.ProcAttr{
		Sys: &syscall.SysProcAttr{Unshareflags: uintptr(kinds)},
	})
	if errno := Errno(err); errno != unix.ENOENT {
		return errno
	}
	return 0
}

// exist asks for a process without touching it: 0 or EPERM mean that it is
// there, ESRCH that it is not, whatever /proc shows.
func exist(pid int) unix.Errno {
	return Errno(unix.Kill(pid, 0))
}

// ownedFromHere reports whether the user namespace that owns the namespace at
// file is the caller's own or one below it: where it is, NS_GET_USERNS gives a
// descriptor, and EPERM where it is not (ioctl_nsfs(2), Linux 4.9).
func ownedFromHere(file string) (bool, error) {
	ns, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer ns.Close()
	owner, err := unix.IoctlRetInt(int(ns.Fd()), unix.NS_GET_USERNS)
	if err == unix.EPERM {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, unix.Close(owner)
}

//go:build linux

// Package persist keeps a namespace alive on a file, by a bind mount of its
// entry below /proc, as `unshare --net=FILE` and `ip netns add` do.
package persist

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// Bind mounts the namespace of the given kind that the process pid is in on
// file, which is created when it is missing. It returns what takes that back.
//
// It must be called outside of the namespaces that are kept: a mount namespace
// cannot be bound inside itself or one that it is older than (EINVAL), and its
// file must not be on a shared mount (mount_namespaces(7)). Needs CAP_SYS_ADMIN
// over the caller's mount namespace.
func Bind(pid int, kind nsfs.Kind, file string) (undo func(), err error) {
	created, err := create(file)
	if err != nil {
		return nil, &diag.Error{
			Step: fmt.Sprintf("create %s to keep the %s on", diag.Quote(file), kind.Words()),
			Call: fmt.Sprintf("open(%q, O_CREAT)", file), Err: err,
		}
	}
	source := fmt.Sprintf("/proc/%d/ns/%s", pid, kind)
	if err := unix.Mount(source, file, "", unix.MS_BIND, ""); err != nil {
		hint := diag.HintBind(file, kind, diag.Errno(err))
		if created {
			unix.Unlink(file)
		}
		return nil, &diag.Error{
			Step: fmt.Sprintf("keep the %s on %s", kind.Words(), diag.Quote(file)),
			Call: fmt.Sprintf("mount(%q, %q, MS_BIND)", source, file), Err: err, Hint: hint,
		}
	}
	return func() {
		unix.Unmount(file, unix.MNT_DETACH)
		if created {
			unix.Unlink(file)
		}
	}, nil
}

// IsOrderFault tells whether err, of [Bind] with nsfs.Mnt, may be the fault of
// Linux 6.18, which takes a mount namespace for older than the caller's when it
// was made on another CPU. Made anew on the right one, it can be bound.
func IsOrderFault(err error) bool { return errors.Is(err, unix.EINVAL) }

func create(file string) (created bool, err error) {
	fd, err := unix.Open(file, unix.O_RDONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0o444)
	if err == unix.EEXIST {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, unix.Close(fd)
}

//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// UnmountFlags are the flags of umount2(2).
type UnmountFlags int

// How to unmount.
const (
	// Force aborts what is pending on a network or FUSE file system whose server
	// does not answer; data may be lost. Other file systems ignore it.
	Force UnmountFlags = unix.MNT_FORCE
	// Lazy takes the mount and all below it out of the mount namespace at
	// once, and releases the file systems when nothing uses them any more:
	// success does not mean that a device can be removed. Linux 2.4.11.
	Lazy UnmountFlags = unix.MNT_DETACH
	// Expire marks a mount that nothing uses, with EAGAIN, and unmounts one that is
	// still marked: since then nobody has used it. It goes with neither of the
	// other two. Linux 2.6.8.
	Expire UnmountFlags = unix.MNT_EXPIRE
	// NoFollow does not follow a link as the last component: EINVAL. Linux 2.6.34.
	NoFollow UnmountFlags = unix.UMOUNT_NOFOLLOW
)

// String is the names of the flags, as that of [Flags].
func (u UnmountFlags) String() string { return names(uint64(u), unmountFlags) }

// Unmount unmounts the topmost mount at target. Where mounts are shared the
// unmounting travels to their peers: umount2(2), mount_namespaces(7).
//
// EBUSY: something is in use there, or is mounted below it. EINVAL: target is no
// mount point, or is locked to the mount that it is on, as all mounts are
// that a user namespace has inherited. EAGAIN: see [Expire].
func Unmount(target string, how UnmountFlags) error {
	if err := retry(func() error { return unix.Unmount(target, int(how)) }); err != nil {
		return &diag.Error{Call: UnmountCall(target, how), Err: err}
	}
	return nil
}

// UnmountCall is the text of what [Unmount] does.
func UnmountCall(target string, how UnmountFlags) string {
	return call("umount2", quote(target), how.String())
}

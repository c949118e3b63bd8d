//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Detach unmounts target and all mounts below it lazily: they leave the mount
// namespace at once, and the file systems are released when nothing uses them
// any more. A link as the last component is not followed. Linux 2.6.34.
//
// Success does not mean that a device can be removed. Where mounts are shared
// the unmounting travels to their peers: umount2(2), mount_namespaces(7).
func Detach(target string) error {
	const flags = unix.MNT_DETACH | unix.UMOUNT_NOFOLLOW
	if err := retry(func() error { return unix.Unmount(target, flags) }); err != nil {
		return &diag.Error{Call: DetachCall(target), Err: err}
	}
	return nil
}

// DetachCall is the text of what [Detach] does.
func DetachCall(target string) string {
	return call("umount2", quote(target), names(unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW, unmountFlags))
}

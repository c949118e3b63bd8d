//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Restrict adds attrs (MOUNT_ATTR_RDONLY, _NOSUID, _NODEV, _NOEXEC) to the
// mount whose root directory top is open on, which may be O_PATH, and to all
// mounts below it. It takes nothing away: in a user namespace the flags of
// inherited mounts are locked.
//
// mount_setattr(2), Linux 5.12, does it all or not at all. Before that each mount
// is remounted, which needs /proc, and what fails half-way stays half done.
func Restrict(top int, attrs Attr) error {
	err := setattr(top, attrs)
	if noCall(err) {
		return remountTree(top, attrs)
	}
	return err
}

func setattr(top int, attrs Attr) error {
	const flags = unix.AT_EMPTY_PATH | unix.AT_RECURSIVE
	err := retry(func() error {
		if forceOldAPI {
			return unix.ENOSYS
		}
		return unix.MountSetattr(top, "", flags, &unix.MountAttr{Attr_set: uint64(attrs)})
	})
	if err != nil {
		return &diag.Error{Call: RestrictCall(fdName(top), attrs), Err: err}
	}
	return nil
}

// RestrictCall is the text of what [Restrict] does.
func RestrictCall(top string, attrs Attr) string {
	return call("mount_setattr", top, `""`, "AT_EMPTY_PATH|AT_RECURSIVE", "{attr_set="+attrs.String()+"}")
}

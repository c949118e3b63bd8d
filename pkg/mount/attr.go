//go:build linux

package mount

import "golang.org/x/sys/unix"

// Restrict adds attrs (MOUNT_ATTR_RDONLY, _NOSUID, _NODEV, _NOEXEC) to the
// mount whose root directory top is open on, which may be O_PATH, and to all
// mounts below it. It takes nothing away: in a user namespace the flags of
// inherited mounts are locked.
//
// mount_setattr(2), Linux 5.12, does it all or not at all. Before that each mount
// is remounted, which needs /proc, and what fails half-way stays half done.
func Restrict(top int, attrs Attr) error {
	err := setattr(top, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: uint64(attrs)})
	if noCall(err) {
		return remountTree(top, attrs)
	}
	return err
}

// RestrictCall is the text of what [Restrict] does.
func RestrictCall(top string, attrs Attr) string {
	return Change{Set: attrs, Propagation: Unchanged}.Call(top)
}

// RestrictOne is [Restrict] for the one mount that top is open on.
func RestrictOne(top int, attrs Attr) error {
	err := setattr(top, 0, &unix.MountAttr{Attr_set: uint64(attrs)})
	if noCall(err) {
		return remount(top, attrs, 0)
	}
	return err
}

// RestrictOneCall is the text of what [RestrictOne] does.
func RestrictOneCall(top string, attrs Attr) string {
	return setattrCall(top, unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: uint64(attrs)})
}

// MakeWritable takes MOUNT_ATTR_RDONLY off the one mount that top is open on.
// EPERM: it is locked.
func MakeWritable(top int) error {
	err := setattr(top, 0, &unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY})
	if noCall(err) {
		return remount(top, 0, unix.MOUNT_ATTR_RDONLY)
	}
	return err
}

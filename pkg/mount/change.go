//go:build linux

package mount

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Change is what is to be different in a copy of mounts. The zero value makes
// it private, as that of [Propagation] does.
type Change struct {
	Set         Attr        // added to every mount of the tree
	Propagation Propagation // of every mount of the tree; Unchanged: as it is
	TopOnly     bool        // the propagation is that of the topmost mount alone
	// UserNS is a descriptor of the user namespace by whose id maps owners are
	// shown and checked, 0 for none: what belongs to 0 on the file system
	// belongs to root of that namespace (MOUNT_ATTR_IDMAP). The tree must not
	// have been attached yet, the maps must have been written, and the caller needs
	// CAP_SYS_ADMIN in the user namespace that the file system was mounted in.
	// EINVAL: the file system cannot do it, or is mapped already.
	UserNS int
}

// Apply changes the tree of mounts that top is open on, which may be O_PATH. Before Linux 5.12
// that is a remount of each of them, which needs /proc.
func (c Change) Apply(top int) error {
	err := c.set(top)
	if noCall(err) {
		return c.setOld(top)
	}
	return err
}

// set is the new way: mount_setattr(2), Linux 5.12.
func (c Change) set(top int) error {
	attr := unix.MountAttr{Attr_set: uint64(c.Set)}
	if c.UserNS > 0 {
		attr.Attr_set |= unix.MOUNT_ATTR_IDMAP
		attr.Userns_fd = uint64(c.UserNS)
	}
	recursive := uint(unix.AT_RECURSIVE)
	if !c.TopOnly {
		attr.Propagation = uint64(propagations[c.Propagation].flag)
	}
	if err := setattr(top, recursive, &attr); err != nil {
		return err
	}
	if !c.TopOnly {
		return nil
	}
	return setattr(top, 0, &unix.MountAttr{Propagation: uint64(propagations[c.Propagation].flag)})
}

// setOld is the way before Linux 5.12. The mount must be attached, and needs /proc.
func (c Change) setOld(top int) error {
	if c.UserNS > 0 {
		return diag.Unsupported("id-mapped mounts", "5.12")
	}
	if c.Set != 0 {
		if err := remountTree(top, c.Set); err != nil {
			return err
		}
	}
	if c.Propagation == Unchanged {
		return nil
	}
	flags := propagations[c.Propagation].flag
	if !c.TopOnly {
		flags |= unix.MS_REC
	}
	return Mount("none", fdPath(top), "", flags, "")
}

// none reports whether nothing changes.
func (c Change) none() bool {
	return c.Set == 0 && c.Propagation == Unchanged && c.UserNS == 0
}

// setattr does nothing where there is nothing to do.
func setattr(top int, flags uint, attr *unix.MountAttr) error {
	if attr.Attr_set|attr.Attr_clr|attr.Propagation == 0 {
		return nil
	}
	flags |= unix.AT_EMPTY_PATH
	err := retry(func() error {
		if forceOldAPI {
			return unix.ENOSYS
		}
		return unix.MountSetattr(top, "", flags, attr)
	})
	if err != nil {
		return &diag.Error{Call: setattrCall(fdName(top), flags, attr), Err: err}
	}
	return nil
}

func setattrCall(top string, flags uint, attr *unix.MountAttr) string {
	var fields []string
	for _, f := range [...]struct {
		name string
		bits uint64
		show func(uint64) string
	}{
		{"attr_set", attr.Attr_set, func(bits uint64) string { return Attr(bits).String() }},
		{"attr_clr", attr.Attr_clr, func(bits uint64) string { return Attr(bits).String() }},
		{"propagation", attr.Propagation, func(bits uint64) string { return Flags(bits).String() }},
	} {
		if f.bits != 0 {
			fields = append(fields, f.name+"="+f.show(f.bits))
		}
	}
	return call("mount_setattr", top, `""`, names(uint64(flags), openTreeFlags), "{"+strings.Join(fields, ", ")+"}")
}

// Call is the text of what changes the mount that is called top in it, "" for nothing.
func (c Change) Call(top string) string {
	if c.none() {
		return ""
	}
	attr := unix.MountAttr{Attr_set: uint64(c.Set), Propagation: uint64(propagations[c.Propagation].flag)}
	if c.UserNS > 0 {
		attr.Attr_set |= unix.MOUNT_ATTR_IDMAP
	}
	if !c.TopOnly || c.Propagation == Unchanged {
		return setattrCall(top, unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr)
	}
	text := setattrCall(top, unix.AT_EMPTY_PATH, &unix.MountAttr{Propagation: attr.Propagation})
	if attr.Propagation = 0; attr.Attr_set != 0 {
		text = setattrCall(top, unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr) + "\n" + text
	}
	return text
}

//go:build linux

package rootfs

import (
	"errors"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

const sysAttrs = unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC

func (b *builder) sys() {
	mode := b.Sys
	if mode == SysAuto && b.Root != "" {
		mode = SysRO
	}
	if mode != SysRO && mode != SysRW {
		return
	}
	fs := mount.FS{Type: "sysfs", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC}
	attrs := mount.Attr(sysAttrs)
	if mode == SysRO {
		fs.Flags |= unix.MS_RDONLY
		attrs |= unix.MOUNT_ATTR_RDONLY
	}
	if b.NewUser && !b.NewNet {
		// A sysfs belongs to the owner of the network namespace, which is
		// not the new user namespace: no need to ask.
		b.bindStep("sys", attrs, func() error { return b.bindSys(attrs) })
		return
	}
	b.mountStep("sys", fs, func() error { return b.mountSys(fs, attrs) })
}

// mountSys mounts a fresh sysfs. It is refused with EPERM in a container, whose
// user namespace does not own the network namespace, or whose /sys has parts
// covered; and with EBUSY on top of itself, as there is one sysfs for each
// network namespace and the root directory, such as "/", has it already.
func (b *builder) mountSys(fs mount.FS, attrs mount.Attr) error {
	target, err := b.mountpoint("sys")
	if err != nil {
		return err
	}
	err = fs.Mount(target)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EBUSY) {
		return b.bindSys(attrs)
	}
	if err != nil {
		return step("mount /sys", err)
	}
	return b.checkMountpoint("sys", unix.SYSFS_MAGIC)
}

// bindSys shows the caller's /sys. The flags are for the whole tree: the
// cgroups of the caller, mounted below it, are not to be written either
// (CVE-2023-25809).
func (b *builder) bindSys(attrs mount.Attr) error {
	if err := b.bind("sys"); err != nil {
		if b.Sys == SysAuto && errors.Is(err, unix.ENOENT) {
			return nil // the caller has no /sys
		}
		return err
	}
	fd, err := b.openNew("sys")
	if err != nil {
		return &diag.Error{Step: "open the new /sys", Err: err}
	}
	if err := mount.Restrict(fd, attrs); err != nil {
		unix.Close(fd)
		return step("restrict /sys", err)
	}
	return b.keepMounted("sys", fd)
}

//go:build linux

package rootfs

import (
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// devFS is the /dev that the nodes are in. They take no space; what a program
// writes there by mistake does (memory), so there is a limit, the one that
// the OCI runtimes have: what runs in Docker runs here.
var devFS = mount.FS{Type: "tmpfs", Flags: unix.MS_NOSUID | unix.MS_NOEXEC, Data: "mode=755,size=65536k"}

// dev adds the steps for /dev. All of them after the first work in /dev of the new
// root as the working directory: it is a fresh file system in which nothing
// but what they made exists, so that plain names are safe.
func (b *builder) dev() {
	if b.Root == "" {
		return
	}
	switch b.Dev {
	case DevAuto:
		b.add(
			func() string { return b.enterCall("dev") + devFS.MountAtCall("AT_FDCWD") + "\nfchdir(tree)" },
			func() string { return devFS.Shell(b.shellPath("dev")) },
			b.mountDev,
		)
		b.devNodes()
		b.devLinks()
		b.devMounts()
		b.console()
	case DevHost:
		b.bindStep("dev", 0, func() error { return b.bind("dev") })
	}
}

// mountDev mounts the new /dev, and makes it the working directory by the descriptor that it was
// made with: who looked it up by its name could be shown a directory of somebody else, and make
// the device nodes there.
func (b *builder) mountDev() error {
	target, err := b.mountpoint("dev")
	if err != nil {
		return err
	}
	tree, err := devFS.Tree()
	if err != nil {
		return b.mountOldDev(target)
	}
	defer tree.Close()
	err = tree.Attach(unix.AT_FDCWD)
	if missing(err) {
		return b.mountOldDev(target)
	}
	if err != nil {
		return step("mount /dev", err)
	}
	return enterDev(tree.FD())
}

// mountOldDev does it before Linux 5.2. What is found by its name must be a mount, and no part of the
// root file system.
func (b *builder) mountOldDev(target string) error {
	if err := devFS.Mount(target); err != nil {
		return step("mount /dev", err)
	}
	fd, err := b.openMounted("dev", unix.TMPFS_MAGIC)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var root, dev unix.Stat_t
	if unix.Fstat(b.root, &root) != nil || unix.Fstat(fd, &dev) != nil || root.Dev == dev.Dev {
		return &diag.Error{Step: "check what is mounted on /dev", Err: unix.ESTALE, Hint: "something replaced the mount point meanwhile"}
	}
	return enterDev(fd)
}

func enterDev(fd int) error {
	if err := unix.Fchdir(fd); err != nil {
		return &diag.Error{Step: "enter the new /dev", Call: "fchdir", Err: err}
	}
	return nil
}

// noIDs is why nothing can be created by who has no id in a user namespace.
func noIDs(e *diag.Error) string {
	if diag.Errno(e) != unix.EOVERFLOW {
		return ""
	}
	return "the caller has no id in the new user namespace, and so can create nothing: add --map-root-user or --map-current-user"
}

// devError is the error of a call that makes one entry of /dev.
func devError(name, call string, err error) error {
	if err == nil {
		return nil
	}
	return diag.AddHint(&diag.Error{Step: "create /dev/" + name, Call: call, Err: err}, noIDs)
}

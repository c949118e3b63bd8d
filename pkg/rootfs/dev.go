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
		b.mountStep("dev", devFS, b.mountDev)
		b.devNodes()
		b.devLinks()
		b.devMounts()
		b.console()
	case DevHost:
		b.bindStep("dev", 0, func() error { return b.bind("dev") })
	}
}

func (b *builder) mountDev() error {
	target, err := b.mountpoint("dev")
	if err != nil {
		return err
	}
	if err := devFS.Mount(target); err != nil {
		return step("mount /dev", err)
	}
	// The working directory is what the new /dev covers: go in.
	fd, err := b.openMounted("dev", unix.TMPFS_MAGIC)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.Fchdir(fd); err != nil {
		return &diag.Error{Step: "enter the new /dev", Call: "fchdir", Err: err}
	}
	return nil
}

// devError is the error of a call that makes one entry of /dev.
func devError(name, call string, err error) error {
	if err == nil {
		return nil
	}
	return &diag.Error{Step: "create /dev/" + name, Call: call, Err: err}
}

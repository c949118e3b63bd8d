//go:build linux

package rootfs

import (
	"errors"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

const (
	// newinstance is the default since Linux 4.7, and before it what keeps the
	// terminals of the caller out.
	ptsData = "newinstance,ptmxmode=0666,mode=620"
	// ttyGID is the group "tty" of most distributions, by whose write permission
	// write(1) and mesg(1) work.
	ttyGID = ",gid=5"
)

var (
	ptsFS = mount.FS{Type: "devpts", Flags: unix.MS_NOSUID | unix.MS_NOEXEC, Data: ptsData + ttyGID}
	// shmFS has no size: half of the memory, as on a host.
	shmFS    = mount.FS{Type: "tmpfs", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, Data: "mode=1777"}
	mqueueFS = mount.FS{Type: "mqueue", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC}
)

func (b *builder) devMounts() {
	b.devMount("pts", ptsFS, mountPts)
	b.devMount("shm", shmFS, func() error { return shmFS.Mount("shm") })
	if b.NewIPC {
		// A queue file system belongs to an IPC namespace. That of the caller
		// would be a way out of the new root, and in a user namespace
		// cannot be mounted.
		b.devMount("mqueue", mqueueFS, mountMqueue)
	}
}

func (b *builder) devMount(name string, fs mount.FS, do func() error) {
	b.add(
		func() string { return fs.Call(name) },
		func() string { return fs.Shell(name) },
		func() error { return step("mount /dev/"+name, do()) },
	)
}

// mountPts does without the group where the user namespace does not map it,
// which is EINVAL.
func mountPts() error {
	err := ptsFS.Mount("pts")
	if errors.Is(err, unix.EINVAL) {
		fs := ptsFS
		fs.Data = ptsData
		err = fs.Mount("pts")
	}
	return err
}

// mountMqueue leaves the directory empty on a kernel without
// CONFIG_POSIX_MQUEUE: no program can have a use for it there.
func mountMqueue() error {
	if err := mqueueFS.Mount("mqueue"); !errors.Is(err, unix.ENODEV) {
		return err
	}
	return nil
}

//go:build linux

package rootfs

import (
	"errors"
	"strconv"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

const (
	// newinstance is the default since Linux 4.7, and before it what keeps the
	// terminals of the caller out.
	ptsData = "newinstance,ptmxmode=0666,mode=620"
	// ttyGID is the group "tty" of most distributions, by whose write permission
	// write(1) and mesg(1) work.
	ttyGID = 5
)

var (
	ptsFS = mount.FS{Type: "devpts", Flags: unix.MS_NOSUID | unix.MS_NOEXEC, Data: ptsData + ",gid=" + strconv.Itoa(ttyGID)}
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

// mountPts does without the group where the user namespace does not map it:
// devpts refuses it with EINVAL, but needs a millisecond for that, as a whole
// file system is torn down again. chown(2) of the directory, which is
// about to be covered, has EINVAL for the same reason at once.
func mountPts() error {
	fs := ptsFS
	if unix.Fchownat(unix.AT_FDCWD, "pts", -1, ttyGID, unix.AT_SYMLINK_NOFOLLOW) == unix.EINVAL {
		fs.Data = ptsData
	}
	return fs.Mount("pts")
}

// mountMqueue leaves the directory empty on a kernel without
// CONFIG_POSIX_MQUEUE: no program can have a use for it there.
func mountMqueue() error {
	if err := mqueueFS.Mount("mqueue"); !errors.Is(err, unix.ENODEV) {
		return err
	}
	return nil
}

//go:build linux

package diag

import (
	"os"
	"strconv"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

const makePrivate = "make it private first with `mount --make-rprivate /`, or give --propagation private or slave"

// HintPivot is why pivot_root(2) to the directory newRoot, with the old root put
// below it or (".", ".") onto it, failed with errno; "" when that is not known.
// It must be called in the mount namespace where it failed.
func HintPivot(newRoot string, errno unix.Errno) string { return here.pivot(newRoot, errno) }

func (s system) pivot(newRoot string, errno unix.Errno) string {
	if errno == unix.EPERM {
		return s.mountRefused("pivot_root", errno)
	}
	if errno != unix.EINVAL && errno != unix.EBUSY {
		return ""
	}
	mounts := mountTable(s.self("mountinfo"))
	oldID, _, err1 := s.place("/")
	newID, path, err2 := s.place(newRoot)
	if mounts == nil || err1 != nil || err2 != nil {
		return ""
	}
	if errno == unix.EBUSY {
		return pivotBusy(oldID, newID, path)
	}
	return pivotInvalid(mounts, oldID, newID, path)
}

// place is the mount that path is on, and the path without symbolic links. The
// kernel compares mounts, and one directory can be below several of them, so
// that no comparison of names would do.
func (s system) place(path string) (mount int, resolved string, err error) {
	dir, err := os.OpenFile(path, unix.O_PATH, 0)
	if err != nil {
		return 0, "", err
	}
	defer dir.Close()
	fd := strconv.Itoa(int(dir.Fd()))
	// mnt_id is there since Linux 3.15.
	if mount, err = strconv.Atoi(field(s.self("fdinfo/"+fd), "mnt_id")); err != nil {
		return 0, "", err
	}
	resolved, err = os.Readlink(s.self("fd/" + fd))
	return mount, resolved, err
}

// pivotBusy: EBUSY is for a new root on the mount that is the root already.
func pivotBusy(oldID, newID int, path string) string {
	switch {
	case oldID != newID:
		return ""
	case path == "/":
		return "the new root is the root already"
	}
	return Quote(path) + " is a plain directory of the root mount; pivot_root needs a mount: `mount --bind " + Quote(path) + " " + Quote(path) + "` first"
}

// pivotInvalid looks at what path_pivot_root in fs/namespace.c answers with
// EINVAL, in its order.
func pivotInvalid(mounts []*mountinfo.Info, oldID, newID int, path string) string {
	old, next := mountID(mounts, oldID), mountID(mounts, newID)
	if next == nil {
		return Quote(path) + " is on a mount that is not in this mount namespace's table (detached, of another namespace, or outside of the chroot)"
	}
	parent := mountID(mounts, next.Parent)
	switch {
	case shared(next):
		return "the mount " + Quote(next.Mountpoint) + ", on which the new root is, is shared, which pivot_root refuses: " + makePrivate
	case shared(parent):
		return "the mount " + Quote(parent.Mountpoint) + ", on which the new root is mounted, is shared, which pivot_root refuses: " + makePrivate
	case old == nil:
		return "the current root is a chroot and no mount of its own, which pivot_root refuses: " + leaveChrootFor
	case old.ID == old.Parent || old.FSType == "rootfs":
		return "the current root is the kernel's initramfs, which pivot_root cannot leave: give --no-pivot (MS_MOVE and chroot), or boot with switch_root"
	case next.Mountpoint != path:
		return Quote(path) + " is no mount point, and pivot_root needs one: `mount --bind " + Quote(path) + " " + Quote(path) + "` first"
	case next.ID == oldID: // A locked one is refused before one that is busy.
		return pivotBusy(oldID, newID, path)
	case next.Root != "/" || parent == nil:
		return ""
	}
	return Quote(path) + " may be a mount that came locked from a more privileged mount namespace: bind it to itself first, with its submounts (`mount --rbind`)"
}

const leaveChrootFor = "start the tool outside of the chroot, or give --no-pivot"

//go:build linux

package rootfs

import (
	"slices"

	"github.com/moby/sys/mountinfo"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// onInitramfs reports whether the root is the kernel's own first file system, which
// pivot_root(2) cannot leave: EINVAL. Only a ramfs or tmpfs can be that, and that is
// cheap to see; the mount table tells.
func onInitramfs() bool {
	var st unix.Statfs_t
	if unix.Statfs("/", &st) != nil || int64(st.Type) != unix.TMPFS_MAGIC && int64(st.Type) != unix.RAMFS_MAGIC {
		return false
	}
	roots, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) {
		return m.Mountpoint != "/" || m.FSType != "rootfs", false
	})
	if err != nil {
		return false
	}
	fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	id, err := mount.ID(fd)
	for _, m := range roots {
		if err == nil && uint64(m.ID) == id {
			return true
		}
	}
	return false
}

// coverOldRoot detaches what the old root has mounted, as /proc: it stays below the new root,
// and there is no need to leave more of it than must be. What is locked in a user
// namespace stays, and cannot be uncovered there either; what may be shared stays as well, since it would
// be unmounted outside too.
func (b *builder) coverOldRoot() {
	if b.peersOutside() {
		return
	}
	old, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(old)
	oldID, err := mount.ID(old)
	if err != nil {
		return
	}
	table, err := mountinfo.GetMounts(nil)
	if err != nil {
		return
	}
	for _, m := range slices.Backward(table) { // what covers another comes after it
		// By the path "/" the new root would be unmounted, which lies on top of all.
		if uint64(m.Parent) == oldID && m.Mountpoint != "/" {
			mount.Unmount(m.Mountpoint, mount.Lazy|mount.NoFollow)
		}
	}
}

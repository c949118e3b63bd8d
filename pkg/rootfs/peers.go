//go:build linux

package rootfs

import (
	"errors"

	"github.com/moby/sys/mountinfo"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// keepsPeers reports whether the new root is to have the peers that the root directory has.
func (b *builder) keepsPeers() bool {
	return (b.Propagation == mount.Shared || b.Propagation == mount.Unchanged) && !b.Overlay && !b.isImage()
}

// notePeer copies the mount that the root directory lies on, before anything is made private:
// the copy is in its peer group, which the new root is to join when pivot_root(2), which
// wants it private, is done.
func (b *builder) notePeer() {
	if b.Root == "" || !b.keepsPeers() {
		return
	}
	b.add(nil, nil, func() error {
		b.peer = peerOf(b.Root)
		return nil
	})
}

// peerOf is a detached copy of the mount that path lies on; nil when there is none to be had, as in a
// user namespace of a mount with others below it.
func peerOf(path string) *mount.Tree {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	id, err := mount.ID(fd)
	if err != nil {
		return nil
	}
	found, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) { return uint64(m.ID) != id, uint64(m.ID) == id })
	if err != nil || len(found) == 0 {
		return nil
	}
	top, err := unix.Open(found[0].Mountpoint, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(top)
	tree, err := mount.CloneTree(top, false)
	if err != nil {
		return nil
	}
	return tree
}

// joinPeers makes the new root a peer of the mount that it was copied from, so that what is
// mounted in it shows outside and the reverse. Before Linux 5.15 it cannot be done, and where
// the mount outside has no peers it has no meaning: the root then stays private, and
// with shared is the first of a group of its own.
func (b *builder) joinPeers() {
	if !b.keepsPeers() {
		return
	}
	b.add(
		func() string { return mount.JoinPeersCall("mount_of_root", "root") },
		nil,
		func() error {
			if b.peer == nil {
				return nil
			}
			defer b.peer.Close()
			err := mount.JoinPeers(b.peer.FD(), b.root)
			if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
				return nil
			}
			return step("make the new root shared", err)
		},
	)
}

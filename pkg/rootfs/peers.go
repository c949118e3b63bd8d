//go:build linux

package rootfs

import (
	"errors"
	"slices"

	"github.com/moby/sys/mountinfo"

	"nskit.dev/nskit/pkg/inroot"
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

// peerOf is a detached copy of the mount that path lies on; nil when there is none to be had.
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
	if err != nil { // in a user namespace the mounts below are locked to it
		tree, err = mount.CloneTree(top, true)
	}
	if err != nil {
		return nil
	}
	return tree
}

// held is a mount in the new root that is private while something is mounted on it.
type held struct {
	id   uint64
	fd   int
	peer *mount.Tree // a copy, in its peer group
}

// hold keeps what is about to be mounted at the mount point from showing in the peers of the mount that it
// lies on, which came along with the root directory.
func (b *builder) hold(at *inroot.Mountpoint) error {
	if b.Root == "" || b.Propagation != mount.Shared && b.Propagation != mount.Unchanged {
		return nil
	}
	id, err := mount.ID(at.FD)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(b.held, func(h held) bool { return h.id == id }) {
		return nil
	}
	found, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) { return uint64(m.ID) != id, uint64(m.ID) == id })
	if err != nil || len(found) == 0 || found[0].Mountpoint == "/" { // the root is private already
		return err
	}
	h := held{id: id}
	if h.fd, err = inroot.Open(b.root, found[0].Mountpoint); err != nil {
		return err
	}
	if h.peer, err = mount.CloneTree(h.fd, false); err != nil {
		h.peer = nil // no peers again: see peerOf
	}
	b.held = append(b.held, h)
	return mount.Change{Propagation: mount.Private, TopOnly: true}.Apply(h.fd)
}

// release gives the mounts their peers back.
func (b *builder) release() error {
	for _, h := range b.held {
		if h.peer == nil {
			continue
		}
		err := mount.JoinPeers(h.peer.FD(), h.fd)
		h.peer.Close()
		if err != nil && !cannotJoin(err) {
			return step("make a mount of the root directory shared again", err)
		}
	}
	return nil
}

// cannotJoin: before Linux 5.15, where the mount outside has no peers, where mounts are locked.
func cannotJoin(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM)
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
			if err := b.release(); err != nil || b.peer == nil {
				return err
			}
			defer b.peer.Close()
			if err := mount.JoinPeers(b.peer.FD(), b.root); err != nil && !cannotJoin(err) {
				return step("make the new root shared", err)
			}
			return nil
		},
	)
}

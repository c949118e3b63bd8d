//go:build linux

package rootfs

import (
	"errors"
	"slices"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// rootTree is the key of the root among the trees that are made outside.
const rootTree = -1

// Outside makes the mounts that only a process outside of the new user namespace can make:
// images, since no loop device may be mounted inside, and volumes whose owners are to
// be shown by the id maps of that user namespace, which userNS is a descriptor of. The
// keys are for [Config.Trees], of the process inside. undo takes back what was created
// for them.
func (c *Config) Outside(userNS int) (trees map[int]*mount.Tree, undo func(), err error) {
	b := &builder{Config: *c, root: -1, home: -1}
	undo = func() { // these mounts are the caller's: nothing is unmounted or changed
		for _, made := range slices.Backward(b.made) {
			made.Remove()
		}
	}
	trees = map[int]*mount.Tree{}
	if b.mounts, err = sortMounts(c.Mounts); err != nil {
		return nil, undo, err
	}
	if c.Root != "" && c.isImage() {
		trees[rootTree], err = imageTree(c.rootImage())
		err = step("mount the image "+diag.Quote(c.Root), err)
	}
	for i := range b.mounts {
		if err != nil {
			break
		}
		m := &b.mounts[i]
		switch {
		case m.isImage():
			trees[i], err = imageTree(m.image())
		case m.IDMap:
			trees[i], err = b.mappedTree(m, userNS)
		}
		err = step("mount "+m.Option, err)
	}
	return trees, undo, err
}

// NeedsOutside reports whether [Config.Outside] has something to do.
func (c *Config) NeedsOutside() bool {
	if !c.NewUser {
		return false
	}
	if c.Root != "" && c.isImage() {
		return true
	}
	for i := range c.Mounts {
		if c.Mounts[i].IDMap || c.Mounts[i].isImage() {
			return true
		}
	}
	return false
}

func imageTree(image mount.Image) (*mount.Tree, error) {
	fs, device, err := image.FS()
	if err != nil {
		return nil, err
	}
	defer device.Close()
	tree, err := fs.Tree()
	return tree, diag.AddHint(err, func(e *diag.Error) string { return mount.HintImage(fs.Type, diag.Errno(e)) })
}

func (b *builder) mappedTree(m *Mount, userNS int) (*mount.Tree, error) {
	src, err := b.openSource(m)
	if err != nil {
		return nil, diag.AddHint(err, func(e *diag.Error) string { return sourceHint(m, e) })
	}
	defer unix.Close(src.fd)
	tree, err := mount.CloneTree(src.fd, m.Recursive)
	if err != nil {
		return nil, diag.AddHint(err, idmapHint)
	}
	change := m.change()
	change.UserNS = userNS
	err = tree.Change(change)
	if err != nil {
		tree.Close()
	}
	return tree, diag.AddHint(err, idmapHint)
}

func idmapHint(e *diag.Error) string {
	switch diag.Errno(e) {
	case unix.ENOSYS:
		return "id-mapped mounts need Linux 5.12"
	case unix.EPERM:
		return "an id-mapped mount needs CAP_SYS_ADMIN where its file system was mounted, for most that is root of the machine: run it as root, or leave idmap away"
	case unix.EINVAL:
		return "the file system of the source, or of a mount below it, has no id-mapped mounts in this kernel (ext4 and FAT 5.12, xfs 5.12, btrfs 5.15, erofs 5.19, squashfs 6.2, tmpfs 6.3), or is id-mapped already"
	}
	return ""
}

// earlyTrees adds the steps that get the mounts which were made outside, and those that must be
// copied before the caller's become private.
func (b *builder) earlyTrees() {
	b.trees = map[int]*mount.Tree{}
	if b.Trees != nil && b.NeedsOutside() {
		b.add(nil, nil, func() (err error) {
			b.trees, err = b.Trees()
			return err
		})
	}
	if b.Root != "" {
		return
	}
	for i := range b.mounts {
		m := &b.mounts[i]
		if m.Type != TypeBind || m.IDMap {
			continue
		}
		b.add(nil, nil, func() error { return step("mount "+m.Option, b.earlyTree(i, m)) })
	}
}

// missing reports whether a call may not be there: in an old kernel, or below a filter that does not
// know it. A true EPERM comes again from the way that is taken then.
func missing(err error) bool { return errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) }

// earlyTree copies the source of a volume before anything is mounted or made private. With a root
// directory that can wait: nothing is mounted on the caller's, and where a volume is to have peers only
// the new root is made private.
func (b *builder) earlyTree(i int, m *Mount) error {
	tree, err := mount.CloneTree(b.sources[i].fd, m.Recursive)
	if missing(err) && !m.propagates() {
		return nil // it is bound later, as it is then
	}
	if errors.Is(err, unix.ENOSYS) {
		return diag.Unsupported("shared and slave volumes without a root file system", "5.2")
	}
	if err != nil {
		return diag.AddHint(err, func(e *diag.Error) string { return b.volumeHint(m, e) })
	}
	b.trees[i] = tree
	change := b.changeOf(m)
	if err = tree.Change(change); missing(err) && !m.propagates() {
		tree.Close()
		delete(b.trees, i)
		return nil
	}
	return err
}

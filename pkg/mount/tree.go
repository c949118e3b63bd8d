//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Tree is a mount, or a tree of mounts, that is attached nowhere: nobody else
// sees it, and it vanishes with its last descriptor unless it is attached
// before. Linux 5.2.
type Tree struct{ fd int }

// NewTree is the tree that fd is open on, as when another process has sent it.
func NewTree(fd int) *Tree { return &Tree{fd} }

// CloneTree copies the mount that source is open on, which may be O_PATH, from
// there downwards; recursive: with all mounts below it. In a user namespace
// the mounts that came from outside are locked together, and a copy
// that left some out, and so showed what they cover, is refused with EINVAL:
// mount_namespaces(7), "Restrictions".
func CloneTree(source int, recursive bool) (*Tree, error) {
	flags := uint(unix.AT_EMPTY_PATH)
	if recursive {
		flags |= unix.AT_RECURSIVE
	}
	fd, err := cloneTree(source, "", flags)
	if err != nil {
		return nil, err
	}
	return &Tree{fd}, nil
}

// FD is the descriptor, as if opened with O_PATH. Once the tree is attached it
// is the mount's root directory.
func (t *Tree) FD() int { return t.fd }

// Close closes the descriptor.
func (t *Tree) Close() error { return unix.Close(t.fd) }

// Attach mounts the tree on what target is open on, which may be O_PATH. EINVAL:
// one of them is a directory and the other is not.
func (t *Tree) Attach(target int) error {
	return moveMount(t.fd, target, "", unix.MOVE_MOUNT_T_EMPTY_PATH)
}

// Change changes the mounts of the tree. Needs mount_setattr(2), Linux 5.12.
func (t *Tree) Change(c Change) error { return c.set(t.fd) }

func cloneTree(dir int, path string, flags uint) (int, error) {
	flags |= unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC
	var tree int
	err := retry(func() (err error) {
		if forceOldAPI {
			return unix.ENOSYS
		}
		tree, err = unix.OpenTree(dir, path, flags)
		return err
	})
	if err != nil {
		text := call("open_tree", fdName(dir), quote(path), names(uint64(flags), openTreeFlags))
		return -1, &diag.Error{Call: text, Err: err}
	}
	return tree, nil
}

func moveMount(tree, dir int, path string, flags int) error {
	flags |= unix.MOVE_MOUNT_F_EMPTY_PATH
	err := retry(func() error { return unix.MoveMount(tree, "", dir, path, flags) })
	if err != nil {
		text := call("move_mount", fdName(tree), `""`, fdName(dir), quote(path), names(uint64(flags), moveMountFlags))
		return &diag.Error{Call: text, Err: err}
	}
	return nil
}

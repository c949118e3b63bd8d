//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// PivotRoot makes newRoot, a descriptor of a mount's root directory, the root
// of this mount namespace and the working directory of this process. The old
// root then lies stacked on the new one, so [DetachOldRoot] is to follow.
//
// With the new root as the place for the old one too there is no directory to
// be made in the new root, which may be read-only: pivot_root(2), "NOTES".
//
// EINVAL: the new root, its parent mount or the parent of the current
// root is shared, or the current root is no mount point (chroot, initramfs).
// EBUSY: the new root is on the current root's mount.
func PivotRoot(newRoot int) error {
	// "." is a path that nobody can replace, and that is as good for a
	// directory without a name.
	if err := retry(func() error { return unix.Fchdir(newRoot) }); err != nil {
		return &diag.Error{Call: call("fchdir", fdName(newRoot)), Err: err}
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return &diag.Error{Call: `pivot_root(".", ".")`, Err: err}
	}
	return nil
}

// DetachOldRoot takes the old root out of the mount namespace after
// [PivotRoot]. stacked is how many mounts lay on the old root below the new one.
// With shared there may be shared mounts in the old root: they are made private
// first, or they would be unmounted in other mount namespaces too.
func DetachOldRoot(stacked int, shared bool) error {
	// umount2(2), unlike other calls, crosses to the mount on top of "."; what
	// was stacked on the old root still is. It has to be lazy since the tree
	// below the old root goes with it, and since descriptors of this process
	// may still be open there.
	for range stacked + 1 {
		// ".." of a root directory stays there, and then crosses what is mounted
		// on it: it is the one path that leads to the uppermost of them.
		if shared {
			if err := SetPropagation("..", Private); err != nil {
				return err
			}
		}
		if err := Unmount(".", Lazy|NoFollow); err != nil {
			return err
		}
	}
	// pivot_root(2) does not promise which of the two roots the working
	// directory is in afterwards.
	if err := retry(func() error { return unix.Chdir("/") }); err != nil {
		return &diag.Error{Call: `chdir("/")`, Err: err}
	}
	return nil
}

// EnterRoot is for where pivot_root(2) cannot work, which is below the kernel's
// initramfs: the new root, which [AttachRoot] has put on top of "/", becomes the
// root and working directory of this process only. It covers the old root, which
// stays in the mount namespace: whoever may unmount there may uncover it.
func EnterRoot(newRoot int) error {
	if err := retry(func() error { return unix.Fchdir(newRoot) }); err != nil {
		return &diag.Error{Call: call("fchdir", fdName(newRoot)), Err: err}
	}
	if err := unix.Chroot("."); err != nil {
		return &diag.Error{Call: `chroot(".")`, Err: err}
	}
	return nil
}

//go:build linux

package mount

import (
	"errors"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// AttachRoot makes the directory at path a mount of its own, as pivot_root(2)
// wants it, and returns an O_PATH descriptor of it for [PivotRoot]. All mounts
// below path come along; each keeps its flags and its propagation.
//
// The copy is attached on top of "/" and not, as is usual, on path itself:
// the mount that pivot_root(2) takes as the parent of the new root is then always the
// caller's root, and it is known which mount must not be shared.
// The caller's "/" goes on meaning what it meant: the
// kernel does not cross a mount that lies on the root of a process. It does so
// for "/..", which stays at the root and then looks for what is mounted
// there: follow_dotdot() in fs/namei.c.
//
// The mount at "/" must not be shared, or the new root would show in the peers
// of this mount namespace: [MakePrivate]. ENOTDIR: path is no directory. EINVAL:
// path lies on an unbindable mount.
func AttachRoot(path string) (int, error) {
	path = directory(path)
	tree, err := cloneTree(unix.AT_FDCWD, path, unix.AT_RECURSIVE)
	if noCall(err) {
		return bindRoot(path)
	}
	if err != nil {
		return -1, err
	}
	root, err := NewTree(tree).AttachRoot()
	if err != nil {
		unix.Close(tree)
		if noCall(err) { // a filter may know one call and not the other
			return bindRoot(path)
		}
	}
	return root, err
}

// AttachRoot is [AttachRoot] for a tree. The descriptor is the tree's own.
func (t *Tree) AttachRoot() (int, error) {
	if err := moveMount(t.fd, unix.AT_FDCWD, "/", 0); err != nil {
		return -1, err
	}
	return t.fd, nil
}

// AttachRoot is [AttachRoot] for a file system that is not mounted yet.
func (f FS) AttachRoot() (int, error) {
	tree, err := f.Tree()
	if err == nil {
		root, err := tree.AttachRoot()
		if !noCall(err) {
			return root, err
		}
		tree.Close()
	} else if !noCall(err) && !errors.Is(err, errOption) {
		return -1, err
	}
	if err := f.Mount("/"); err != nil {
		return -1, err
	}
	return openTop()
}

// directory is path with a slash at its end, by which the kernel takes nothing
// but a directory: path_resolution(7). Without it move_mount(2) of a file onto "/"
// would give EINVAL.
func directory(path string) string {
	if strings.HasSuffix(path, "/") {
		return path
	}
	return path + "/"
}

// AttachRootCall is the text of what [AttachRoot] does.
func AttachRootCall(path string) string {
	flags := names(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE, openTreeFlags)
	return "root = " + call("open_tree", "AT_FDCWD", quote(directory(path)), flags) + "\n" +
		call("move_mount", "root", `""`, "AT_FDCWD", `"/"`, "MOVE_MOUNT_F_EMPTY_PATH")
}

// bindRoot does it before Linux 5.2. It costs the same and needs no /proc.
func bindRoot(path string) (int, error) {
	if err := Bind(path, "/"); err != nil {
		return -1, err
	}
	return openTop()
}

// openTop opens the mount that lies on "/".
func openTop() (int, error) {
	const flags = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	var root int
	err := retry(func() (err error) {
		root, err = unix.Open("/..", flags, 0)
		return err
	})
	if err != nil {
		return -1, &diag.Error{Call: `open("/..", O_PATH|O_DIRECTORY|O_CLOEXEC)`, Err: err}
	}
	return root, nil
}

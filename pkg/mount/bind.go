//go:build linux

package mount

import (
	"strconv"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Bind shows the tree of mounts at source at target too, with all mounts below
// it. The copies keep the flags of the originals (ro, nosuid, ...) and
// join their peer groups. Both paths are followed as any path is; for a target
// that a stranger may have made use [BindFd].
func Bind(source, target string) error {
	return Mount(source, target, "", unix.MS_BIND|unix.MS_REC, "")
}

// BindFd is [Bind] between two descriptors, which may be O_PATH: what source is open
// on is shown on what target is open on. Both are directories, or neither is.
//
// open_tree(2) and move_mount(2), Linux 5.2; before that mount(2) on
// /proc/self/fd, which needs /proc.
func BindFd(source, target int) error {
	tree, err := cloneTree(source, "", unix.AT_EMPTY_PATH)
	if noCall(err) {
		return Bind(fdPath(source), fdPath(target))
	}
	if err != nil {
		return err
	}
	defer unix.Close(tree)
	err = moveMount(tree, target, "", unix.MOVE_MOUNT_T_EMPTY_PATH)
	if noCall(err) { // a filter may know one call and not the other
		return Bind(fdPath(source), fdPath(target))
	}
	return err
}

// forceOldAPI makes the tests of this package use the old way.
var forceOldAPI bool

// cloneTree is a detached copy of the tree of mounts at path, which vanishes
// with its last descriptor unless it is attached before. The recursion is not
// a choice: in a user namespace the mounts that came from outside are locked
// together, and a copy that left some out, and so showed what they
// cover, is refused with EINVAL: mount_namespaces(7), "Restrictions".
func cloneTree(dir int, path string, flags uint) (int, error) {
	flags |= unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC | unix.AT_RECURSIVE
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

func fdPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

func fdName(fd int) string {
	if fd == unix.AT_FDCWD {
		return "AT_FDCWD"
	}
	return strconv.Itoa(fd)
}

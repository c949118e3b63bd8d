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

// forceOldAPI makes the tests of this package use the old way.
var forceOldAPI bool

// Point is where something is to be mounted: a file or directory that was
// reached without following what a stranger may have put in the way.
type Point struct {
	FD   int    // O_PATH descriptor of the mount point
	Dir  int    // O_PATH descriptor of the directory that it is in
	Name string // its name there, by which what was mounted is found before Linux 5.2
}

// BindAt shows what source is open on, which may be O_PATH, at a mount point; both
// are directories, or neither is. With recursive all mounts below come along.
//
// open_tree(2) and move_mount(2), Linux 5.2, and mount_setattr(2), Linux 5.12;
// before that mount(2) on /proc/self/fd, which needs /proc, and by which the
// changes are made when the copy can be seen already.
func BindAt(source int, at Point, recursive bool, c Change) error {
	tree, err := CloneTree(source, recursive)
	if noCall(err) {
		return bindOld(source, at, recursive, c)
	}
	if err != nil {
		return err
	}
	defer tree.Close()
	changed := tree.Change(c)
	if changed != nil && !(noCall(changed) && c.UserNS == 0) {
		return changed
	}
	err = tree.Attach(at.FD)
	if noCall(err) { // a filter may know one call and not the other
		return bindOld(source, at, recursive, c)
	}
	if err == nil && changed != nil {
		return c.setOld(tree.FD())
	}
	return err
}

// bindOld is BindAt before Linux 5.2.
func bindOld(source int, at Point, recursive bool, c Change) error {
	flags := Flags(unix.MS_BIND)
	if recursive {
		flags |= unix.MS_REC
	}
	if err := Mount(fdPath(source), fdPath(at.FD), "", flags, ""); err != nil || c.none() {
		return err
	}
	top, err := reopen(source, at)
	if err != nil {
		return err
	}
	defer unix.Close(top)
	return c.setOld(top)
}

// reopen opens what was mounted at the point: a descriptor of the mount point goes
// on meaning what lies below. Whoever can write there may have put something
// else in its place meanwhile, so it must be what was to be shown.
func reopen(source int, at Point) (int, error) {
	const flags = unix.O_PATH | unix.O_NOFOLLOW | unix.O_CLOEXEC
	top, err := unix.Openat(at.Dir, at.Name, flags, 0)
	if err != nil {
		return -1, &diag.Error{Call: call("openat", fdName(at.Dir), quote(at.Name), "O_PATH|O_NOFOLLOW|O_CLOEXEC"), Err: err}
	}
	var want, got unix.Stat_t
	if unix.Fstat(source, &want) == nil && unix.Fstat(top, &got) == nil && want.Dev == got.Dev && want.Ino == got.Ino {
		return top, nil
	}
	unix.Close(top)
	return -1, &diag.Error{Step: "find what was mounted on " + diag.Quote(at.Name), Err: unix.ESTALE,
		Hint: "something replaced the mount point meanwhile"}
}

func fdPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

func fdName(fd int) string {
	if fd == unix.AT_FDCWD {
		return "AT_FDCWD"
	}
	return strconv.Itoa(fd)
}

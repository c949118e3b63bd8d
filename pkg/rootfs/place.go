//go:build linux

package rootfs

import (
	"errors"
	"slices"
	"strconv"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// place opens the mount point for what is to be mounted at target inside the new
// root, and makes it when it is missing. Without a root directory nothing is
// made: it would stay on the caller's own file system.
func (b *builder) place(target string, dir bool) (*inroot.Mountpoint, error) {
	var at *inroot.Mountpoint
	var err error
	if b.Root == "" {
		at, err = inroot.Find(b.root, target)
	} else {
		at, err = inroot.Create(b.root, target, dir)
	}
	if err != nil {
		return nil, diag.AddHint(step("open the mount point "+diag.Quote(target)+b.inNewRoot(), err), func(e *diag.Error) string {
			return b.placeHint(e, target, dir)
		})
	}
	b.made = append(b.made, at.Made...)
	if at.Name == "" {
		at.Close()
		return nil, &diag.Error{Step: "open the mount point " + diag.Quote(target) + b.inNewRoot(), Err: unix.ELOOP,
			Hint: "a link of the root file system leads to its root directory"}
	}
	err = matches(at.FD, target, dir)
	if err == nil {
		err = b.hold(at)
	}
	if err != nil {
		at.Close()
		return nil, err
	}
	return at, nil
}

func (b *builder) inNewRoot() string {
	if b.Root == "" {
		return ""
	}
	return " in the new root"
}

func (b *builder) placeHint(e *diag.Error, target string, dir bool) string {
	kind := "file"
	if dir {
		kind = "directory"
	}
	switch {
	case e.Hint != "":
		return ""
	case b.Root == "" && errors.Is(e, unix.ENOENT):
		return "without a root file system nothing is created on the host: make the " + kind + " first, or use --overlay /"
	case errors.Is(e, unix.EROFS):
		return "the root file system is read-only: create the " + kind + " " + diag.Quote(target) + " in it, or add --overlay"
	case errors.Is(e, unix.EACCES), errors.Is(e, unix.EPERM):
		return "create the " + kind + " " + diag.Quote(target) + " in " + diag.Quote(b.Root) + " as its owner, or add --overlay"
	case errors.Is(e, unix.EOVERFLOW):
		return noIDs(e)
	case errors.Is(e, unix.ENOTDIR):
		return "a part of " + diag.Quote(target) + " is a file, and has to be a directory"
	case errors.Is(e, unix.ELOOP):
		return "a link of the root file system on the way leads in a circle or through /proc"
	}
	return ""
}

// matches makes sure that a directory comes on a directory, and anything else on
// something else: mount(2) only says ENOTDIR.
func matches(fd int, target string, dir bool) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return &diag.Error{Step: "look at the mount point " + diag.Quote(target), Call: "fstat", Err: err}
	}
	isDir := st.Mode&unix.S_IFMT == unix.S_IFDIR
	switch {
	case isDir && !dir:
		return &diag.Error{Err: unix.EISDIR, Hint: diag.Quote(target) + " is a directory, and what is to be mounted there is a file"}
	case !isDir && dir:
		return &diag.Error{Err: unix.ENOTDIR, Hint: diag.Quote(target) + " is a file, and what is to be mounted there is a directory"}
	}
	return nil
}

// unmountAll unmounts what is mounted on a directory entry. All of it goes before anything is removed: a
// copy of a directory, as of one made read-only, has mounts in the same places.
func unmountAll(dir int, name string) {
	if unix.Fchdir(dir) != nil {
		return
	}
	for mount.Unmount(name, mount.Lazy|mount.NoFollow) == nil {
	}
}

// removeWork removes the directory that overlay makes in its work directory.
func removeWork(dir int, name string) {
	if name != "work" {
		return
	}
	if fd, err := unix.Openat(dir, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0); err == nil {
		unix.Unlinkat(fd, "work", unix.AT_REMOVEDIR)
		unix.Close(fd)
	}
}

// placeCall is how --explain names a mount point.
func placeCall(target string) string {
	return "openat2(root, " + strconv.Quote(target) + ", {O_PATH, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS})"
}

func pointOf(at *inroot.Mountpoint) mount.Point {
	return mount.Point{FD: at.FD, Dir: at.Dir, Name: at.Name}
}

// removeMade takes away what was made in the new root for a run that has failed,
// after what is mounted there. It is the last that this process does there:
// what fails leaves an empty directory, and is not worth a word beside the
// error that there is.
func (b *builder) removeMade() {
	if len(b.made) == 0 {
		return
	}
	if b.ReadOnly && b.root >= 0 {
		for _, fd := range append(b.below, b.root) {
			mount.MakeWritable(fd)
		}
	}
	for _, made := range slices.Backward(b.made) {
		unmountAll(made.At())
	}
	for _, made := range slices.Backward(b.made) {
		removeWork(made.At())
		made.Remove()
	}
	b.made = nil
}

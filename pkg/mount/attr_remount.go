//go:build linux

package mount

import (
	"errors"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// remountTree is [Restrict] for kernels without mount_setattr(2): a remount of
// each mount of the tree, since MS_REC has no effect on MS_REMOUNT: mount(2).
func remountTree(top int, attrs Attr) error {
	if err := remount(top, attrs, 0); err != nil {
		return err
	}
	below, err := Below(top)
	for _, fd := range below {
		if err == nil {
			err = remount(fd, attrs, 0)
		}
		unix.Close(fd)
	}
	return err
}

// remount adds set to one mount and takes clear away. Those of the four flags that
// are not given would be taken off, which is refused where they are locked;
// times need no such care, without a flag for them the kernel keeps them (commit
// ffbc6f0ead47). The flags have the same bits in MOUNT_ATTR_*, MS_* and ST_*.
func remount(fd int, set, clear Attr) error {
	const mask = unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	var st unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(fd, &st) }); err != nil {
		return &diag.Error{Call: call("fstatfs", fdName(fd)), Err: err}
	}
	flags := (Flags(st.Flags)&^Flags(clear) | Flags(set)) & mask
	return Mount("none", fdPath(fd), "", unix.MS_REMOUNT|unix.MS_BIND|flags, "")
}

// Below opens, as O_PATH, the mounts that lie below the one that top is open on,
// except those that others hide, which nobody can get to. Needs /proc. The caller closes them.
func Below(top int) ([]int, error) {
	below, err := mountsBelow(top)
	if err != nil {
		return nil, &diag.Error{Step: "list the mounts below the root", Err: err}
	}
	var fds []int
	for _, path := range below {
		fd, err := openBelow(top, path)
		if errors.Is(err, unix.ENOENT) {
			continue
		}
		if err != nil {
			return fds, err
		}
		fds = append(fds, fd)
	}
	return fds, nil
}

// mountsBelow lists the mount points below the mount of top, relative to it.
// The mount is found by its id, as its path may be that of others as well.
func mountsBelow(top int) ([]string, error) {
	id, err := ID(top)
	if err != nil {
		return nil, err
	}
	all, err := mountinfo.GetMounts(nil)
	if err != nil {
		return nil, err
	}
	// A mount is listed after the one that it is mounted on, as long as none
	// was moved; a second look at the list is not worth its lines since the
	// tree has just been copied, in order.
	prefix, inside := "", map[int]bool{int(id): true}
	var below []string
	for _, m := range all {
		switch {
		case m.ID == int(id):
			prefix = strings.TrimSuffix(m.Mountpoint, "/") + "/"
		case inside[m.Parent]:
			inside[m.ID] = true
			below = append(below, strings.TrimPrefix(m.Mountpoint, prefix))
		}
	}
	return below, nil
}

// openBelow opens a path below dir without following any link.
func openBelow(dir int, path string) (int, error) {
	const flags = unix.O_PATH | unix.O_NOFOLLOW | unix.O_CLOEXEC
	at := dir
	for name := range strings.SplitSeq(path, "/") {
		fd, err := unix.Openat(at, name, flags, 0)
		if at != dir {
			unix.Close(at)
		}
		if err != nil {
			return -1, &diag.Error{Call: call("openat", fdName(at), quote(name), "O_PATH|O_NOFOLLOW|O_CLOEXEC"), Err: err}
		}
		at = fd
	}
	return at, nil
}

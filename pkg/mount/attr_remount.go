//go:build linux

package mount

import (
	"bufio"
	"errors"
	"os"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// remountTree is [Restrict] for kernels without mount_setattr(2): a remount of
// each mount of the tree, since MS_REC has no effect on MS_REMOUNT: mount(2).
func remountTree(top int, attrs Attr) error {
	if err := remount(top, attrs); err != nil {
		return err
	}
	below, err := mountsBelow(top)
	if err != nil {
		return &diag.Error{Step: "list the mounts to remount", Err: err}
	}
	for _, path := range below {
		fd, err := openBelow(top, path)
		if errors.Is(err, unix.ENOENT) {
			continue // another mount hides the mount point: nobody can get there
		}
		if err == nil {
			err = remount(fd, attrs)
			unix.Close(fd)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// remount adds attrs to one mount. Those of the four flags that are not given
// would be taken off, which is refused where they are locked; times need no
// such care, without a flag for them the kernel keeps them (commit
// ffbc6f0ead47). The flags have the same bits in MOUNT_ATTR_*, MS_* and ST_*.
func remount(fd int, attrs Attr) error {
	const mask = unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	var st unix.Statfs_t
	if err := retry(func() error { return unix.Fstatfs(fd, &st) }); err != nil {
		return &diag.Error{Call: call("fstatfs", fdName(fd)), Err: err}
	}
	flags := (Flags(st.Flags) | Flags(attrs)) & mask
	return Mount("none", fdPath(fd), "", unix.MS_REMOUNT|unix.MS_BIND|flags, "")
}

// mountsBelow lists the mount points below the mount of top, relative to it.
// The mount is found by its id, as its path may be that of others as well.
func mountsBelow(top int) ([]string, error) {
	id, err := mountID(top)
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
	prefix, inside := "", map[int]bool{id: true}
	var below []string
	for _, m := range all {
		switch {
		case m.ID == id:
			prefix = strings.TrimSuffix(m.Mountpoint, "/") + "/"
		case inside[m.Parent]:
			inside[m.ID] = true
			below = append(below, strings.TrimPrefix(m.Mountpoint, prefix))
		}
	}
	return below, nil
}

// mountID is the id that mountinfo has for the mount that fd is on:
// proc_pid_fdinfo(5), Linux 3.15.
func mountID(fd int) (int, error) {
	f, err := os.Open("/proc/self/fdinfo/" + strconv.Itoa(fd))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if id, ok := strings.CutPrefix(s.Text(), "mnt_id:"); ok {
			return strconv.Atoi(strings.TrimSpace(id))
		}
	}
	return 0, unix.ENODATA
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

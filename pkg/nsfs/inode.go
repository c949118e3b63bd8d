//go:build linux

package nsfs

import (
	"os"

	"golang.org/x/sys/unix"
)

// Inode is the device and the inode number of the namespace that the file at
// path stands for: /proc/PID/ns/X, or a file on which a namespace is kept by a
// bind mount. Two files stand for the same namespace when both numbers are
// equal (ioctl_nsfs(2)). The error is an *[os.PathError] with the errno.
func Inode(path string) (dev, ino uint64, err error) {
	var st unix.Stat_t
	for {
		err = unix.Stat(path, &st)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return 0, 0, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	return uint64(st.Dev), st.Ino, nil
}

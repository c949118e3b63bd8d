//go:build linux

package nsfs

import (
	"errors"

	"golang.org/x/sys/unix"
)

// Supported reports whether the running kernel has every kind in k: whether
// there is a file for it below /proc/self/ns. Where that directory cannot be
// seen (no /proc), it answers true: then only trying shows it.
func Supported(k Kind) bool {
	return supported("/proc/self/ns", k)
}

func supported(dir string, k Kind) bool {
	for i := range table {
		if k&table[i].kind != 0 && missing(dir+"/"+table[i].name) {
			return missing(dir)
		}
	}
	return true
}

// missing asks with AT_SYMLINK_NOFOLLOW: following the link of a namespace
// file needs rights that reading its name does not.
func missing(path string) bool {
	var st unix.Stat_t
	for {
		err := unix.Fstatat(unix.AT_FDCWD, path, &st, unix.AT_SYMLINK_NOFOLLOW)
		if err != unix.EINTR {
			return errors.Is(err, unix.ENOENT)
		}
	}
}

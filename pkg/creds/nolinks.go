//go:build linux

package creds

import (
	"strings"

	"golang.org/x/sys/unix"
)

// openNoLinks opens a file below root where none of its directories is a link.
func openNoLinks(root int, path string, flags int) (fd int, err error) {
	dir := root
	for {
		name, rest, more := strings.Cut(path, "/")
		if !more {
			fd, err = openat(dir, name, flags|unix.O_NOFOLLOW)
		} else {
			fd, err = openat(dir, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC)
		}
		if dir != root {
			unix.Close(dir)
		}
		if err != nil || !more {
			return fd, err
		}
		dir, path = fd, rest
	}
}

func openat(dir int, name string, flags int) (fd int, err error) {
	for {
		if fd, err = unix.Openat(dir, name, flags, 0); err != unix.EINTR {
			return fd, err
		}
	}
}

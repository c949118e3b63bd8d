//go:build linux

package creds

import (
	"errors"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// maxFile bounds what is read of a file, in bytes.
const maxFile = 1 << 20

var errNotRegular = errors.New("not a regular file")

// Read is what the file at path (without a slash in front, "etc/passwd") says,
// in the file system that root is a descriptor of. There nothing is trusted:
// links are followed inside root only, none of those in /proc that lead
// elsewhere, and before Linux 5.6, which lacks openat2(2), none at all.
//
// With unix.AT_FDCWD it is the caller's own file system, which is.
//
// What is no regular file (a FIFO would block for ever) and what is larger than
// 1 MiB is an error, a [diag.Error] as all others; it matches unix.ENOENT where
// there is no file.
func Read(root int, path string) ([]byte, error) {
	text, err := read(root, path)
	if err == nil {
		return text, nil
	}
	e := &diag.Error{Step: "read " + diag.Quote("/"+path), Err: err}
	if err == unix.EFBIG {
		e.Hint = "it is larger than 1 MiB, and not read for that"
	}
	return nil, e
}

func read(root int, path string) ([]byte, error) {
	fd, err := open(root, path)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, errNotRegular
	}
	return readAll(fd)
}

// readAll does not ask for the size: files in /proc have none.
func readAll(fd int) ([]byte, error) {
	text := make([]byte, 0, 4096)
	for {
		if len(text) == cap(text) {
			text = append(text, 0)[:len(text)]
		}
		n, err := unix.Read(fd, text[len(text):cap(text)])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, err
		case n == 0:
			return text, nil
		default:
			text = text[:len(text)+n]
		}
		if len(text) > maxFile {
			return nil, unix.EFBIG
		}
	}
}

// openTries is for EAGAIN: openat2(2) gives up when something was renamed or
// mounted anywhere while it followed a "..".
const openTries = 64

func open(root int, path string) (fd int, err error) {
	const flags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	how := unix.OpenHow{Flags: flags, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS}
	for range openTries {
		if root == unix.AT_FDCWD {
			fd, err = unix.Open("/"+path, flags, 0)
		} else {
			fd, err = unix.Openat2(root, path, &how)
		}
		if err != unix.EINTR && err != unix.EAGAIN {
			break
		}
	}
	// EPERM: a seccomp filter that does not know openat2.
	if root != unix.AT_FDCWD && (err == unix.ENOSYS || err == unix.EPERM) {
		return openNoLinks(root, path, flags)
	}
	return fd, err
}

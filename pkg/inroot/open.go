//go:build linux

package inroot

import (
	"path"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Open opens path inside of the directory root, which may be O_PATH, as an O_PATH
// descriptor with close-on-exec. Path is cleaned first, as text; an empty one is the
// root directory itself. Links are followed, the last one as well, but never out
// of root: an absolute one and ".." at the top begin there. Mounts are crossed.
//
// ELOOP: more than 40 links, or a magic link such as /proc/PID/fd/N, which leads
// anywhere: proc_pid_fd(5). Nothing is opened in the sense of the file: a FIFO
// or a device is not touched, and no permission on the file is needed.
//
// openat2(2), Linux 5.6; before that a walk, for which Linux 3.6 is enough, the first
// with fstat(2) of O_PATH descriptors.
func Open(root int, path string) (fd int, err error) {
	path, err = clean(path)
	if err != nil {
		return -1, err
	}
	fd, err = openat2(root, path, openInRoot)
	if noCall(err) {
		return walkOpen(root, path)
	}
	if err != nil {
		return -1, &diag.Error{Call: openCall(path), Err: err}
	}
	return fd, nil
}

func walkOpen(root int, path string) (int, error) {
	w := walker{root: root}
	m, err := w.mountpoint(path)
	if err != nil {
		return -1, err
	}
	closeFD(m.Dir)
	return m.FD, nil
}

// clean makes path relative to the root directory, and ends "..", "." and double
// slashes in it; what is left of ".." is in links.
func clean(name string) (string, error) {
	name = path.Clean("/" + name)[1:]
	if name == "" {
		name = "."
	}
	// The limit of a single call, but a path may be opened in two: path_resolution(7).
	if len(name) >= unix.PathMax {
		return "", &diag.Error{Call: openCall(name), Err: unix.ENAMETOOLONG}
	}
	return name, nil
}

//go:build linux

package inroot

import (
	"errors"
	"path"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Mountpoint is an open mount point.
type Mountpoint struct {
	FD   int    // O_PATH: the file or directory itself
	Dir  int    // O_PATH: the directory that it is in, all links resolved; -1 when FD is root itself
	Name string // its real name in Dir; "" when FD is root itself
	Made []Made // what was created for it, outermost first
}

// Close closes FD and Dir, but not Made.
func (m *Mountpoint) Close() {
	closeFD(m.FD)
	closeFD(m.Dir)
	m.FD, m.Dir = -1, -1
}

// Find opens path inside of the directory root as [Open] does, and says in which
// directory it has found it under which name. ENOENT: there is no such file.
//
// Two calls of openat2(2), Linux 5.6. Without it, or when the last component is a link,
// a walk.
func Find(root int, path string) (*Mountpoint, error) {
	path, err := clean(path)
	if err != nil {
		return nil, err
	}
	return find(root, path)
}

// Create is [Find], but creates what is missing: directories with mode 0755, and the
// last component as a directory (dir) or as an empty regular file with mode 0644.
// What exists stays as it is: whether it is of the right kind is for mount(2) to say.
//
// Nothing is created through a link that leads to nothing: ENOENT. After an error
// everything that was created is gone again.
//
// The umask of the process, which all threads share, is 0 for the moment of
// each creation.
func Create(root int, path string, dir bool) (*Mountpoint, error) {
	path, err := clean(path)
	if err != nil {
		return nil, err
	}
	m, err := find(root, path)
	if !errors.Is(err, unix.ENOENT) {
		return m, err
	}
	w := walker{root: root, create: true, dir: dir}
	return w.mountpoint(path)
}

// find tries the common case first: the last component exists and is no link.
func find(root int, name string) (*Mountpoint, error) {
	w := walker{root: root}
	if name == "." {
		return w.mountpoint(name)
	}
	fd, last := -1, path.Base(name)
	dir, err := openParent(root, path.Dir(name))
	if err == nil {
		if fd, err = openat2(dir, last, openNoLinks); err == nil {
			return &Mountpoint{FD: fd, Dir: dir, Name: last}, nil
		}
		closeFD(dir)
		if err == unix.ELOOP {
			return w.mountpoint(name)
		}
	}
	if noCall(err) {
		return w.mountpoint(name)
	}
	return nil, &diag.Error{Call: openCall(name), Err: err}
}

// openParent spares the look-up where there is nothing to look up.
func openParent(root int, path string) (int, error) {
	if path == "." {
		return unix.FcntlInt(uintptr(root), unix.F_DUPFD_CLOEXEC, 0)
	}
	return openat2(root, path, openInRoot)
}

func closeFD(fd int) {
	if fd >= 0 {
		unix.Close(fd)
	}
}

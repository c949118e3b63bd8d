//go:build linux

package holders

import (
	"bytes"
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// These do without os.File: registering each of some ten thousand files with the poller, which
// refuses them, would double the number of system calls.

// openPath opens a path without opening what is there: it neither blocks nor reads.
func openPath(path string) (int, error) { return open(path, unix.O_PATH) }

func openDir(path string) (int, error) { return open(path, unix.O_RDONLY|unix.O_DIRECTORY) }

func open(path string, flags int) (int, error) {
	for {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
		if err == nil {
			return fd, nil
		}
		if !errors.Is(err, unix.EINTR) {
			return -1, &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
}

// entries are the names in an open directory. What cannot be read of it is left out: a process may
// end meanwhile.
func entries(dir int, buffer []byte) []string {
	var names []string
	for {
		n, err := unix.ReadDirent(dir, buffer)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return names
		}
		_, _, names = unix.ParseDirent(buffer[:n], -1, names)
	}
}

// link is the target of a symbolic link, as far as the buffer goes.
func (l *look) link(path string) (string, error) {
	n, err := unix.Readlink(path, l.buffer)
	if err != nil {
		return "", err
	}
	return string(l.buffer[:n]), nil
}

// read is what a file of /proc says, valid until the next call of a method of l; nil when it cannot be
// read. A file longer than the buffer makes that grow.
func (l *look) read(path string) []byte {
	fd, err := open(path, unix.O_RDONLY)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	length := 0
	for {
		n, err := unix.Read(fd, l.buffer[length:])
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return l.buffer[:length]
		}
		if length += n; length == len(l.buffer) {
			l.buffer = append(l.buffer, make([]byte, length)...)
		}
	}
}

// mountID is the mount that an open descriptor is on, by its file in fdinfo: proc_pid_fdinfo(5).
func mountID(fdinfo string) (int, error) {
	fd, err := open(fdinfo, unix.O_RDONLY)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	var buffer [1024]byte // mnt_id is in the third line; what comes after it can be long
	n, err := unix.Read(fd, buffer[:])
	if err != nil {
		return 0, &os.PathError{Op: "read", Path: fdinfo, Err: err}
	}
	_, rest, _ := bytes.Cut(buffer[:n], []byte("mnt_id:"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return strconv.Atoi(string(bytes.TrimSpace(line)))
}

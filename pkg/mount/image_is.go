//go:build linux

package mount

import "golang.org/x/sys/unix"

// IsImage reports whether path is a regular file with a file system in it that [ProbeImage] knows.
// What cannot be read is none.
func IsImage(path string) bool {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	fstype, err := ProbeImage(fd)
	return err == nil && fstype != ""
}

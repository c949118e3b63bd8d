//go:build linux

package umount

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// cutOff is why a path cannot be followed to its last component, when it can to the one before.
func cutOff(path string, errno unix.Errno) string {
	dir, name := filepath.Dir(path), diag.Quote(path)
	target, err := os.Readlink(path)
	isLink := err == nil
	switch {
	case errno == unix.ELOOP && isLink:
		return name + " is a symbolic link that leads back to itself, or over more than 40 others"
	case errno == unix.ENOENT && isLink:
		return name + " is a symbolic link to " + diag.Quote(target) + ", which does not exist"
	case errno == unix.ENOENT:
		return "there is no " + diag.Quote(filepath.Base(path)) + " in " + diag.Quote(dir)
	case errno == unix.ENOTDIR:
		return diag.Quote(dir) + " is no directory"
	case errno == unix.EACCES:
		return "this process may not search " + diag.Quote(dir) + " (permission x): run it as root, or as the user that the directory belongs to"
	}
	return ""
}

//go:build linux

package nsjoin_test

import "golang.org/x/sys/unix"

// oldPath is the path of a call that newer architectures do not have.
func (c call) oldPath() string {
	switch {
	case c.is(unix.SYS_OPEN), c.is(unix.SYS_STAT), c.is(unix.SYS_LSTAT), c.is(unix.SYS_READLINK),
		c.is(unix.SYS_ACCESS), c.is(unix.SYS_UNLINK):
		return c.text(0)
	}
	return ""
}

const sysFstatat = unix.SYS_NEWFSTATAT

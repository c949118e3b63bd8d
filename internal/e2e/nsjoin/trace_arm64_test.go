//go:build linux

package nsjoin_test

import "golang.org/x/sys/unix"

// oldPath: this architecture has the newer calls only.
func (c call) oldPath() string { return "" }

const sysFstatat = unix.SYS_FSTATAT

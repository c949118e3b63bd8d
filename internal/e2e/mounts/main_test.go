//go:build linux

// Package mounts_test tests the root file systems and the mounts of nsrun as its users
// see them: the built tool, run by root and by a plain user, with ROOTFS on a disk, on a
// tmpfs and on an overlay.
//
// All of it runs in a mount namespace of the test's own (nstest.InChild), which is what
// is called the host here.
package mounts_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

//go:build linux

// Package mounts_hostile_test replays, through the built nsrun, the attacks that a root file
// system has made on those who mount it: each test is named after the advisory or the fault.
// Whatever nsrun answers, outside nothing may be changed, read, mounted or left.
package mounts_hostile_test

import (
	"os"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == swapArg {
		swapForever(os.Args[2], os.Args[3])
	}
	nstest.Main(m)
}

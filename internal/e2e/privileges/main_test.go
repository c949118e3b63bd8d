//go:build linux

// Package privileges_test tests what a command under nsrun may do: capabilities,
// no_new_privs, filters of system calls, sessions and --harden, as the kernel shows them
// in /proc/self/status and as the command meets them.
package privileges_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

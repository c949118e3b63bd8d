//go:build linux

// Package identity_test tests ids and their maps as the users of nsrun see them: the built
// tool, run by root and by a plain user who has subordinate ids, against what unshare(1) does
// with the same options, and against files and programs that are not as they should be.
//
// All of it runs in a mount namespace of the test's own (nstest.InChild), whose /etc says
// who there is.
package identity_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

//go:build linux

// Package nsrun_test tests nsrun as its users see it: the built tool, run by root and
// by a plain user, judged by its exit status, by what it prints, and by what the command
// finds inside.
package nsrun_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

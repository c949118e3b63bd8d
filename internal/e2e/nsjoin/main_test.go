//go:build linux

// Package nsjoin_test tests nsjoin as its users see it: the built tool, run by root and by
// a plain user, against containers of all kinds and against hostile ones. What it may not
// do in between is seen with ptrace(2): see trace_test.go.
package nsjoin_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

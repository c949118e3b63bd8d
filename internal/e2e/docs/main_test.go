//go:build linux

// Package docs_test runs the commands that the documentation shows, and compares what they
// print with what is written there.
package docs_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

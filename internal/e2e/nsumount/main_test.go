//go:build linux

// Package nsumount_test tests nsumount as its users see it: the built tool, run by root and by
// the root of a plain user's own user namespace, judged by what is mounted afterwards and by every
// word that it says.
package nsumount_test

import (
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

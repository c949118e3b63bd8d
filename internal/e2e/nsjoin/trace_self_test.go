//go:build linux

package nsjoin_test

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// The tracer itself: a test that looks for what must not be there needs a tracer that sees.
func TestTheTracerSees(t *testing.T) {
	var paths []string
	status := trace(t, as(plain, "sh", "-c", "cat /nonexistent; (cat /proc/version); exit 3"), "sh", func(c call) verdict {
		if c.is(unix.SYS_OPENAT) {
			paths = append(paths, c.text(1))
		}
		return goOn
	})
	if status.ExitStatus() != 3 {
		t.Errorf("exit status %d, want 3", status.ExitStatus())
	}
	for _, want := range []string{"/nonexistent", "/proc/version"} {
		if !slices.Contains(paths, want) {
			t.Errorf("%s is not among what was opened: %q", want, paths)
		}
	}
}

//go:build linux

package nstest

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// skipReason remembers the last reason given in this process: testing.TB tells that a
// test was skipped, but not why, and the parent of a child wants to say why.
var skipReason struct {
	sync.Mutex
	text string
}

// Skip skips the test, or fails it where NSTEST_MUST_RUN=1 says that everything that a
// test may need is there. The reason says what is missing.
func Skip(t testing.TB, format string, args ...any) {
	t.Helper()
	reason := fmt.Sprintf(format, args...)
	if os.Getenv("NSTEST_MUST_RUN") == "1" {
		t.Fatalf("skipped, though NSTEST_MUST_RUN=1: %s", reason)
	}
	skipReason.Lock()
	skipReason.text = reason
	skipReason.Unlock()
	t.Skip(reason)
}

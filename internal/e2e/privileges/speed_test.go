//go:build linux

package privileges_test

import (
	"strings"
	"testing"
	"time"
)

// A filter costs little: the difference of the fastest of many runs, which is what it costs when
// nothing else is done on the machine.
func TestFilterLoadsFast(t *testing.T) {
	setUp(t)
	fastest := func(options string) time.Duration {
		best := time.Hour
		for range 40 {
			cmd := root.nsrun(t, append(strings.Fields(options), "/bin/true")...)
			begin := time.Now()
			must(t, cmd.Run())
			best = min(best, time.Since(begin))
		}
		return best
	}
	without, with := fastest("--no-new-privs"), fastest("--no-new-privs --seccomp default")
	t.Logf("%v without a filter, %v with the default one: %v", without, with, with-without)
	// The limit is 1 ms on a quiet machine; this is for one that does other things as well.
	if with-without > 5*time.Millisecond {
		t.Errorf("the default filter costs %v", with-without)
	}
}

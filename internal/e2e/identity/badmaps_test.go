//go:build linux

package identity_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"nskit.dev/nskit/internal/nstest"
)

// badMap is a map that is refused, with all that is said of it.
type badMap struct {
	why     string
	caller  caller // root, where it is none
	options string // as split takes them
	lines   []string
	subuid  string // instead of that file
	subgid  string
}

// slow is far above what a refusal takes, which is a few milliseconds.
const slow = 3 * time.Second

// TestBadMaps: each is refused before the command begins, with its reason, and nothing stays.
func TestBadMaps(t *testing.T) {
	if n := len(badWords) + len(badMaps); n < 40 {
		t.Errorf("only %d rows", n)
	}
	onHost(t, func(t *testing.T) {
		for _, row := range append(badWords, badMaps...) {
			t.Run(row.why, func(t *testing.T) { row.check(t) })
		}
	})
}

func (b badMap) check(t *testing.T) {
	t.Helper()
	if b.subuid != "" {
		changed(t, "subuid", b.subuid)
	}
	if b.subgid != "" {
		changed(t, "subgid", b.subgid)
	}
	if b.caller.name == "" {
		b.caller = root
	}
	begin := time.Now()
	b.caller.refused(t, b.options, b.lines...)
	// Also with what else is to be made by then: files, mounts, a process of its own.
	b.caller.refused(t, "--fork --pid --mnt --uts "+b.options, b.lines...)
	if took := time.Since(begin); took > slow {
		t.Errorf("took %v", took)
	}
	noneRuns(t)
}

// noneRuns waits for the end of the tool's processes, the helper's too, which may be some
// moments behind that of the one that was waited for.
func noneRuns(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		left := running(t)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still running: %q", left)
		}
	}
}

// running are the processes that execute the tool.
func running(t *testing.T) (found []string) {
	t.Helper()
	tool := nstest.Tool(t, "nsrun")
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	fatal(t, err)
	for _, link := range links {
		if exe, err := os.Readlink(link); err == nil && exe == tool {
			found = append(found, link)
		}
	}
	return found
}

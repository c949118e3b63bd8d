//go:build linux

package nsjoin_test

import (
	"strconv"
	"strings"
	"testing"
)

// With -r alone too the binaries, and the files, are the target's.
func TestTrapsBehindARootDirectory(t *testing.T) {
	root.require(t)
	pid := strconv.Itoa(hostile(t, root))
	for _, row := range []struct {
		name, args string
		code       int
	}{
		{"a command", "-u -r true", 0},
		{"no such command", "-u -r /nonexistent", 127},
		{"no such directory", "-u -r -W=/nonexistent true", 125},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := join(t, root, append([]string{"-t", pid}, strings.Fields(row.args)...)...)
			if r.Code != row.code {
				t.Errorf("exit status %d, want %d: %s", r.Code, row.code, r.Stderr)
			}
		})
	}
	t.Run("and the host's binary stays out of it", func(t *testing.T) {
		tool := ownTool(t, root, 0o755)
		w := &watch{command: "/bin/true", last: func(c call) verdict {
			checkExecutable(t, "/proc/"+strconv.Itoa(c.pid)+"/exe", tool)
			return goOn
		}}
		if status := w.run(t, as(root, tool, "-t", pid, "-u", "-r", "/bin/true")); status.ExitStatus() != 0 || !w.ended {
			t.Errorf("exit status %d", status.ExitStatus())
		}
	})
}

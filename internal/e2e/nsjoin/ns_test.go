//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// kinds are the names below /proc/PID/ns of what can be joined.
var kinds = []string{"user", "cgroup", "ipc", "uts", "net", "pid", "mnt", "time"}

// namespace is the identity of a process's namespace.
func namespace(t testing.TB, pid int, kind string) string {
	t.Helper()
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// sleeperIn starts a sleep by way of a command, and returns its PID.
func sleeperIn(t testing.TB, cmd *exec.Cmd) int {
	t.Helper()
	return nstest.SleeperCmd(t, cmd)
}

// joinedSleeper is a sleep that nsjoin executes.
func joinedSleeper(t testing.TB, who caller, args ...string) int {
	t.Helper()
	return sleeperIn(t, as(who, nstest.Tool(t, "nsjoin"), args...))
}

// checkNamespaces looks from outside: of these kinds pid has the target's, of all others
// those of this process.
func checkNamespaces(t testing.TB, pid, target int, of []string) {
	t.Helper()
	for _, kind := range kinds {
		have, theirs, ours := namespace(t, pid, kind), namespace(t, target, kind), namespace(t, os.Getpid(), kind)
		if slices.Contains(of, kind) {
			if have != theirs {
				t.Errorf("%s: in %s, want the target's %s", kind, have, theirs)
			}
		} else if have != ours {
			t.Errorf("%s: in %s, want the caller's %s", kind, have, ours)
		}
	}
}

// others are the kinds in which the target is not with this process.
func others(t testing.TB, target int) []string {
	t.Helper()
	var list []string
	for _, kind := range kinds {
		if namespace(t, target, kind) != namespace(t, os.Getpid(), kind) {
			list = append(list, kind)
		}
	}
	return list
}

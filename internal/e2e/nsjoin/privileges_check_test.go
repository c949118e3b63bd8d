//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// status reads a field of a /proc/PID/status.
func status(text, field string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func statusOf(t testing.TB, pid int) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func capabilities(t testing.TB, text, field string) uint64 {
	t.Helper()
	set, err := strconv.ParseUint(status(text, field), 16, 64)
	if err != nil {
		t.Fatalf("%s: %v in\n%s", field, err, text)
	}
	return set
}

// checkPrivileges compares the status of a command with that of the target: no more than
// it, nothing to inherit, no groups.
func checkPrivileges(t testing.TB, target int, command string) {
	t.Helper()
	theirs := statusOf(t, target)
	for _, set := range []string{"CapPrm", "CapEff", "CapBnd"} {
		have, most := capabilities(t, command, set), capabilities(t, theirs, set)
		if have&^most != 0 {
			t.Errorf("%s is %#x, with %#x that the target has not", set, have, have&^most)
		}
	}
	for _, set := range []string{"CapInh", "CapAmb"} {
		if have := capabilities(t, command, set); have != 0 {
			t.Errorf("%s is %#x, want none", set, have)
		}
	}
	if have, want := status(command, "NoNewPrivs"), status(theirs, "NoNewPrivs"); have != want {
		t.Errorf("no_new_privs is %s, want the target's %s", have, want)
	}
	if groups := status(command, "Groups"); groups != "" {
		t.Errorf("supplementary groups %q, want none", groups)
	}
}

// withGroups gives a command of root supplementary groups.
func withGroups(cmd *exec.Cmd, groups ...uint32) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Groups: groups}}
	return cmd
}

// joinedStatus is the status, as seen from outside, of a sleep that nsjoin executes.
func joinedStatus(t testing.TB, who caller, target int, options ...string) string {
	t.Helper()
	args := append([]string{"-t", strconv.Itoa(target)}, options...)
	return statusOf(t, joinedSleeper(t, who, args...))
}

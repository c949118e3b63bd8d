//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestEnvironmentIsTheCallers(t *testing.T) {
	pid := strconv.Itoa(plainContainer(t, plain))
	cmd := as(plain, nstest.Tool(t, "nsjoin"), "-t", pid, "env")
	cmd.Env = []string{"PATH=/bin", "A=1", "EMPTY=", "B=\xff"}
	if got, want := well(t, nstest.Exec(t, cmd)), "PATH=/bin\nA=1\nEMPTY=\nB=\xff"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	cmd = as(plain, nstest.Tool(t, "nsjoin"), "-t", pid, "/bin/env")
	cmd.Env = []string{}
	if got := well(t, nstest.Exec(t, cmd)); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

// What a Go program's start changes is as the caller had it.
func TestLimitsAndSignalsAreTheCallers(t *testing.T) {
	root.require(t)
	target := plainContainer(t, root)
	cmd := as(root, "sh", "-c", `ulimit -Sn 77; ulimit -c 0; trap "" PIPE USR2; umask 027; exec "$0" "$@"`,
		nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target))
	pid := sleeperIn(t, cmd)
	text := statusOf(t, pid)
	if got := ignoredBy(t, text); got != 0x1800 {
		t.Errorf("ignored signals %x, want PIPE and USR2", got)
	}
	if got := status(text, "SigBlk"); strings.Trim(got, "0") != "" {
		t.Errorf("blocked signals %s, want none", got)
	}
	if got := status(text, "Umask"); got != "0027" {
		t.Errorf("umask %s, want 0027", got)
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(limits)) {
		if f := strings.Fields(line); strings.HasPrefix(line, "Max open files") && f[3] != "77" {
			t.Errorf("limit of open files %s, want 77", f[3])
		}
	}
}

// ignoredBy is the mask of ignored signals in the text of a status file, without
// signals 32 and 33: they are libc's own, and glibc's posix_spawn, by which make
// may have started us, leaves them ignored.
func ignoredBy(t *testing.T, text string) uint64 {
	t.Helper()
	mask, err := strconv.ParseUint(status(text, "SigIgn"), 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return mask &^ (3 << 31)
}

//go:build linux && cgo

package nsexec_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
)

// lastStep is what the probe's job "last" does: nsexec.Exec in a process of its own.
type lastStep struct {
	nsexec.Last
	Refuse bool // with a filter that refuses getpgid(2)
}

// argument is the step as the probe takes it.
func (l lastStep) argument(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (l lastStep) command(t *testing.T) *exec.Cmd {
	t.Helper()
	return exec.Command(probe(t, dynamic), "--first=last", "--", l.argument(t))
}

// run does the step and returns what the command printed; it must succeed.
func (l lastStep) run(t *testing.T) string {
	t.Helper()
	r := nstest.Exec(t, l.command(t))
	if r.Code != 0 || r.Stderr != "" {
		t.Fatalf("status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	return r.Stdout
}

func id(n uint32) *uint32 { return &n }

var statusCommand = []string{"cat", "/proc/self/status"}

func wantFields(t *testing.T, status string, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := strings.Join(strings.Fields(fieldOf(t, status, name)), " "); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

func TestLastStepIDs(t *testing.T) {
	nstest.RequireRoot(t)
	for _, tc := range []struct {
		name string
		last nsexec.Last
		want map[string]string
	}{
		{"unchanged", nsexec.Last{}, map[string]string{"Uid": "0 0 0 0", "Gid": "0 0 0 0", "NoNewPrivs": "0", "Seccomp": "0"}},
		{"all", nsexec.Last{UID: id(1), GID: id(2), Groups: []uint32{3, 5, 4294967294}},
			map[string]string{"Uid": "1 1 1 1", "Gid": "2 2 2 2", "Groups": "3 5 4294967294"}},
		{"only the uid", nsexec.Last{UID: id(54321)}, map[string]string{"Uid": "54321 54321 54321 54321", "Gid": "0 0 0 0"}},
		{"only the gid", nsexec.Last{GID: id(54321)}, map[string]string{"Uid": "0 0 0 0", "Gid": "54321 54321 54321 54321"}},
		{"no groups", nsexec.Last{Groups: []uint32{}}, map[string]string{"Groups": ""}},
		{"uid 0", nsexec.Last{UID: id(0), GID: id(0)}, map[string]string{"Uid": "0 0 0 0", "Gid": "0 0 0 0"}},
		{"largest id", nsexec.Last{UID: id(4294967294)}, map[string]string{"Uid": strings.TrimSpace(strings.Repeat("4294967294 ", 4))}},
		{"no_new_privs", nsexec.Last{NoNewPrivs: true}, map[string]string{"NoNewPrivs": "1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.last.Args = statusCommand
			wantFields(t, lastStep{Last: tc.last}.run(t), tc.want)
		})
	}
}

func TestLastStepCapabilities(t *testing.T) {
	nstest.RequireRoot(t)
	all := uint64(1)<<63 | (1<<63 - 1)
	hex := func(caps uint64) string { return fmt.Sprintf("%016x", caps) }
	for _, tc := range []struct {
		name                string
		caps                nsexec.Caps
		uid                 *uint32
		bnd, prm, eff, more uint64
	}{
		{name: "none, as root", caps: nsexec.Caps{}},
		{name: "one, as root", caps: nsexec.Caps{Bounding: 1, Permitted: 1, Effective: 1}, bnd: 1, prm: 1, eff: 1},
		// execve gives root what is in the bounding set
		{name: "bounding only, as root", caps: nsexec.Caps{Bounding: 0x21}},
		{name: "more bounding than permitted", caps: nsexec.Caps{Bounding: 0x21, Permitted: 1}, bnd: 1, prm: 1, eff: 1},
		{name: "more permitted than bounding", caps: nsexec.Caps{Bounding: 1, Permitted: 0x21, Effective: 0x21}, bnd: 1, prm: 1, eff: 1},
		{name: "bounding, as a user", caps: nsexec.Caps{Bounding: 0x21, Permitted: 0x21, Effective: 0x21}, uid: id(1), bnd: 0x21},
		{name: "none, as a user", caps: nsexec.Caps{Permitted: all, Effective: all}, uid: id(1)},
		// capability 38, CAP_PERFMON, is in the second word
		{name: "beyond 32", caps: nsexec.Caps{Bounding: 1 << 38, Permitted: 1 << 38, Effective: 1 << 38}, bnd: 1 << 38, prm: 1 << 38, eff: 1 << 38},
	} {
		t.Run(tc.name, func(t *testing.T) {
			zero := hex(0)
			status := lastStep{Last: nsexec.Last{Args: statusCommand, Caps: &tc.caps, UID: tc.uid}}.run(t)
			wantFields(t, status, map[string]string{
				"CapBnd": hex(tc.bnd), "CapPrm": hex(tc.prm), "CapEff": hex(tc.eff), "CapInh": zero, "CapAmb": zero,
			})
		})
	}
	t.Run("all", func(t *testing.T) {
		status := lastStep{Last: nsexec.Last{Args: statusCommand, Caps: &nsexec.Caps{Bounding: all, Permitted: all, Effective: all}}}.run(t)
		own := nstest.Exec(t, exec.Command("cat", "/proc/self/status")).Stdout
		wantFields(t, status, map[string]string{"CapBnd": fieldOf(t, own, "CapBnd"), "CapPrm": fieldOf(t, own, "CapPrm")})
	})
}

// The inheritable and the ambient set of the caller are not handed on.
func TestLastStepEmptiesInheritableCapabilities(t *testing.T) {
	nstest.RequireRoot(t)
	setpriv := nstest.RequireCommand(t, "setpriv")
	run := func(last nsexec.Last) string {
		last.Args = statusCommand
		r := nstest.Exec(t, exec.Command(setpriv, "--inh-caps=+chown", "--ambient-caps=+chown",
			probe(t, dynamic), "--first=last", "--", lastStep{Last: last}.argument(t)))
		return r.Stdout
	}
	wantFields(t, run(nsexec.Last{}), map[string]string{"CapInh": "0000000000000001", "CapAmb": "0000000000000001"})
	wantFields(t, run(nsexec.Last{Caps: &nsexec.Caps{Bounding: 1, Permitted: 1, Effective: 1}}),
		map[string]string{"CapInh": "0000000000000000", "CapAmb": "0000000000000000"})
}

func TestLastStepSeccomp(t *testing.T) {
	job := []string{probe(t, dynamic), "--first=filtered"}
	if got := (lastStep{Last: nsexec.Last{Args: job}}).run(t); got != "getpgid: <nil>\n" {
		t.Errorf("without a filter: %q", got)
	}
	last := lastStep{Last: nsexec.Last{Args: job, NoNewPrivs: true}, Refuse: true}
	if got, want := last.run(t), "getpgid: numerical argument out of domain\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	last.Args = statusCommand
	wantFields(t, last.run(t), map[string]string{"Seccomp": "2", "NoNewPrivs": "1"})
}

// A filter that is not loaded is an error: the command does not run without it.
func TestLastStepSeccompWithoutPrivilege(t *testing.T) {
	nstest.RequireRoot(t)
	r := nstest.Exec(t, lastStep{Last: nsexec.Last{Args: []string{"echo", "ran"}, UID: id(1)}, Refuse: true}.command(t))
	if r.Code != 125 || r.Stdout != "" || !strings.Contains(r.Stderr, "seccomp filter") || !strings.Contains(r.Stderr, "EACCES") {
		t.Errorf("status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
}

// An unprivileged user is refused what only root may, step by step.
func TestLastStepWithoutPrivilege(t *testing.T) {
	nstest.RequireRoot(t)
	for name, last := range map[string]nsexec.Last{
		"uid": {UID: id(0)}, "gid": {GID: id(0)}, "groups": {Groups: []uint32{}}, "capabilities": {Caps: &nsexec.Caps{}},
	} {
		last.Args = []string{"echo", "ran"}
		cmd := lastStep{Last: last}.command(t)
		nstest.AsUser(cmd)
		if r := nstest.Exec(t, cmd); r.Code != 125 || r.Stdout != "" || !strings.Contains(r.Stderr, "EPERM") {
			t.Errorf("%s: status %d\n%s%s", name, r.Code, r.Stdout, r.Stderr)
		}
	}
}

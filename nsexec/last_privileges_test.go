//go:build linux && cgo

package nsexec_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
)

// A command that is not root's has what is ambient: capabilities(7), "Transformation of
// capabilities during execve()".
func TestLastStepAmbientCapabilities(t *testing.T) {
	nstest.RequireRoot(t)
	const (
		chown, kill, perfmon = uint64(1) << unix.CAP_CHOWN, uint64(1) << unix.CAP_KILL, uint64(1) << unix.CAP_PERFMON
		both                 = chown | kill
	)
	for _, tc := range []struct {
		name     string
		caps     nsexec.Caps
		uid      *uint32
		bnd, has uint64 // has: permitted, effective, inheritable and ambient
	}{
		{"one, as a user", nsexec.Caps{Bounding: chown, Permitted: chown, Effective: chown, Ambient: chown}, id(1), chown, chown},
		{"one of two, as a user", nsexec.Caps{Bounding: both, Permitted: both, Effective: both, Ambient: kill}, id(1), both, kill},
		{"two, as a user", nsexec.Caps{Bounding: both, Permitted: both, Effective: both, Ambient: both}, id(1), both, both},
		{"beyond 32, as a user", nsexec.Caps{Bounding: perfmon, Permitted: perfmon, Effective: perfmon, Ambient: perfmon}, id(1), perfmon, perfmon},
		{"more than is permitted, as a user", nsexec.Caps{Bounding: both, Permitted: chown, Effective: chown, Ambient: both}, id(1), both, chown},
		{"one, as root", nsexec.Caps{Bounding: chown, Permitted: chown, Effective: chown, Ambient: chown}, nil, chown, chown},
		{"one, with uid 0 set", nsexec.Caps{Bounding: chown, Permitted: chown, Effective: chown, Ambient: chown}, id(0), chown, chown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status := lastStep{Last: nsexec.Last{Args: statusCommand, Caps: &tc.caps, UID: tc.uid}}.run(t)
			bnd, has := fmt.Sprintf("%016x", tc.bnd), fmt.Sprintf("%016x", tc.has)
			wantFields(t, status, map[string]string{"CapBnd": bnd, "CapPrm": has, "CapEff": has, "CapInh": has, "CapAmb": has})
		})
	}
}

// That capabilities survive the change of the uid is for the last step alone.
func TestLastStepLeavesNoSecurebits(t *testing.T) {
	nstest.RequireRoot(t)
	setpriv := nstest.RequireCommand(t, "setpriv")
	caps := nsexec.Caps{Bounding: 1, Permitted: 1, Effective: 1, Ambient: 1}
	out := lastStep{Last: nsexec.Last{Args: []string{setpriv, "--dump"}, Caps: &caps, UID: id(1)}}.run(t)
	if !strings.Contains(out, "Securebits: [none]") {
		t.Errorf("setpriv --dump: %s", out)
	}
}

func TestLastStepSeccompFlags(t *testing.T) {
	job := []string{probe(t, dynamic), "--first=filtered"}
	refused := lastStep{Last: nsexec.Last{Args: job, NoNewPrivs: true}, Refuse: true}
	for _, flags := range []uint32{unix.SECCOMP_FILTER_FLAG_LOG, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		unix.SECCOMP_FILTER_FLAG_LOG | unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, unix.SECCOMP_FILTER_FLAG_TSYNC} {
		refused.SeccompFlags = flags
		if got, want := refused.run(t), "getpgid: numerical argument out of domain\n"; got != want {
			t.Errorf("flags %#x: got %q, want %q", flags, got, want)
		}
	}
	refused.SeccompFlags = 1 << 31
	if r := nstest.Exec(t, refused.command(t)); r.Code != 125 || r.Stdout != "" || !strings.Contains(r.Stderr, "EINVAL") {
		t.Errorf("a flag that does not exist: status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
}

// Before the privileges go a filter needs no no_new_privs, and after that it does.
func TestLastStepSeccompEarly(t *testing.T) {
	nstest.RequireRoot(t)
	job := []string{probe(t, dynamic), "--first=filtered"}
	step := lastStep{Last: nsexec.Last{Args: job, UID: id(1), SeccompEarly: true}, Refuse: true}
	if got, want := step.run(t), "getpgid: numerical argument out of domain\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	step.Args = statusCommand
	wantFields(t, step.run(t), map[string]string{"Seccomp": "2", "NoNewPrivs": "0", "Uid": "1 1 1 1"})
	step.UID = nil
	cmd := step.command(t)
	nstest.AsUser(cmd)
	if r := nstest.Exec(t, cmd); r.Code != 125 || r.Stdout != "" || !strings.Contains(r.Stderr, "EACCES") {
		t.Errorf("by a user: status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
}

//go:build linux

package seccomp_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/seccomp"
)

const (
	x86 = unix.AUDIT_ARCH_X86_64
	i86 = unix.AUDIT_ARCH_I386
)

var (
	eperm  = seccomp.Errno(unix.EPERM)
	eacces = seccomp.Errno(unix.EACCES)
	enosys = seccomp.Errno(unix.ENOSYS)
)

func arg(index uint, op seccomp.Op, value uint64) seccomp.Arg {
	return seccomp.Arg{Index: index, Op: op, Value: value}
}

func rule(action seccomp.Action, name string, args ...seccomp.Arg) seccomp.Rule {
	return seccomp.Rule{Names: []string{name}, Action: action, Args: args}
}

// The numbers: read 0, write 1, getpid 39, socket 41, clone3 435.
func TestRules(t *testing.T) {
	one := arg(0, seccomp.EQ, 1)
	rows := []struct {
		why   string
		rules []seccomp.Rule
		call  call
		want  seccomp.Action
	}{
		{"a rule without conditions outweighs a stricter one with, before it",
			[]seccomp.Rule{rule(eacces, "socket", one), rule(seccomp.Allow, "socket")},
			call{41, x86, [6]uint64{1}}, seccomp.Allow},
		{"... and behind it",
			[]seccomp.Rule{rule(seccomp.Allow, "socket"), rule(eacces, "socket", one)},
			call{41, x86, [6]uint64{1}}, seccomp.Allow},
		{"of two without conditions the first counts",
			[]seccomp.Rule{rule(seccomp.Allow, "socket"), rule(eacces, "socket")}, call{number: 41, arch: x86}, seccomp.Allow},
		{"a rule that says the same as the default does not count",
			[]seccomp.Rule{rule(eperm, "socket"), rule(seccomp.Allow, "socket")}, call{number: 41, arch: x86}, seccomp.Allow},
		{"of two whose conditions hold the stricter counts",
			[]seccomp.Rule{rule(seccomp.Allow, "socket", arg(0, seccomp.GT, 0)), rule(eacces, "socket", one)},
			call{41, x86, [6]uint64{1}}, eacces},
		{"of two alike that both hold the first counts",
			[]seccomp.Rule{rule(enosys, "socket", arg(0, seccomp.GT, 0)), rule(eacces, "socket", one)},
			call{41, x86, [6]uint64{1}}, enosys},
		{"conditions on different arguments must all hold",
			[]seccomp.Rule{rule(seccomp.Allow, "socket", one, arg(1, seccomp.EQ, 2))}, call{41, x86, [6]uint64{1, 3}}, eperm},
		{"of conditions on the same argument one is enough",
			[]seccomp.Rule{rule(seccomp.Allow, "socket", one, arg(0, seccomp.EQ, 2))}, call{41, x86, [6]uint64{2}}, seccomp.Allow},
		{"a number above those named is newer than the profile",
			[]seccomp.Rule{rule(seccomp.Allow, "socket")}, call{number: 42, arch: x86}, enosys},
		{"a number below is refused as the profile says",
			[]seccomp.Rule{rule(seccomp.Allow, "socket")}, call{number: 40, arch: x86}, eperm},
		{"a rule that does not count names no number",
			[]seccomp.Rule{rule(seccomp.Allow, "socket"), {Names: []string{"clone3"}, Action: seccomp.Allow,
				Includes: seccomp.When{Caps: 1}}}, call{number: 42, arch: x86}, enosys},
		{"a name that no system call has is left out",
			[]seccomp.Rule{rule(seccomp.Allow, "frobnicate"), rule(seccomp.Allow, "read")}, call{arch: x86}, seccomp.Allow},
		{"an ABI that is not listed kills",
			[]seccomp.Rule{rule(seccomp.Allow, "read")}, call{number: 3, arch: unix.AUDIT_ARCH_ARM}, seccomp.KillThread},
		{"i386 has its own numbers",
			[]seccomp.Rule{rule(seccomp.Allow, "read")}, call{number: 3, arch: i86}, seccomp.Allow},
		{"a name of i386 alone",
			[]seccomp.Rule{rule(seccomp.Allow, "mmap2")}, call{number: 192, arch: i86}, seccomp.Allow},
	}
	for _, row := range rows {
		p := &seccomp.Profile{Default: eperm, ABIs: []seccomp.ABI{seccomp.I386}, Rules: row.rules}
		program, err := p.CompileFor(seccomp.Env{Kernel: linux6}, "amd64")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := run(t, program.Filter, row.call); got != row.want {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

// socketcall is 102 of i386, ipc 117.
func TestMultiplexedCallsOfI386(t *testing.T) {
	rows := []struct {
		why      string
		fallback seccomp.Action
		rules    []seccomp.Rule
		call     call
		want     seccomp.Action
	}{
		{"a call that is allowed is so as socketcall too",
			eperm, []seccomp.Rule{rule(seccomp.Allow, "connect")}, call{102, i86, [6]uint64{3}}, seccomp.Allow},
		{"... and another is not",
			eperm, []seccomp.Rule{rule(seccomp.Allow, "connect")}, call{102, i86, [6]uint64{4}}, eperm},
		{"a call that is refused is so as socketcall too",
			seccomp.Allow, []seccomp.Rule{rule(eacces, "connect")}, call{102, i86, [6]uint64{3}}, eacces},
		{"one that is allowed for some arguments is not, as these cannot be seen",
			eperm, []seccomp.Rule{rule(seccomp.Allow, "socket", arg(0, seccomp.EQ, 1))}, call{102, i86, [6]uint64{1}}, eperm},
		{"one that is refused for some arguments is refused for all",
			seccomp.Allow, []seccomp.Rule{rule(eacces, "socket", arg(0, seccomp.EQ, 1))}, call{102, i86, [6]uint64{1}}, eacces},
		{"a rule for socketcall itself outweighs those",
			eperm, []seccomp.Rule{rule(eacces, "socket"), rule(seccomp.Allow, "socketcall")},
			call{102, i86, [6]uint64{1}}, seccomp.Allow},
		{"the call of its own follows its own rule",
			eperm, []seccomp.Rule{rule(seccomp.Allow, "socket", arg(0, seccomp.EQ, 1))}, call{359, i86, [6]uint64{1}}, seccomp.Allow},
		{"semget is ipc, whatever the version in the upper half",
			seccomp.Allow, []seccomp.Rule{rule(eacces, "semget")}, call{117, i86, [6]uint64{0x10002}}, eacces},
		{"... and shmget is another",
			seccomp.Allow, []seccomp.Rule{rule(eacces, "semget")}, call{117, i86, [6]uint64{23}}, seccomp.Allow},
		{"amd64 has none of that: 102 is getuid",
			eperm, []seccomp.Rule{rule(seccomp.Allow, "connect"), rule(seccomp.Allow, "getdents64")},
			call{102, x86, [6]uint64{3}}, eperm},
	}
	for _, row := range rows {
		p := &seccomp.Profile{Default: row.fallback, ABIs: []seccomp.ABI{seccomp.I386}, Rules: row.rules}
		program, err := p.CompileFor(seccomp.Env{Kernel: linux6}, "amd64")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := run(t, program.Filter, row.call); got != row.want {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

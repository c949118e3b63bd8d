//go:build linux

package seccomp_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/seccomp"
)

var linux6 = seccomp.Kernel{Major: 6, Minor: 1}

// Profiles of random rules do as the rules say. i386 is in none of them, because
// multiplexed calls have rules of their own.
func TestRandomProfiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		p := randomProfile(rng)
		env := seccomp.Env{Caps: caps.Set(rng.Uint64()), Kernel: seccomp.Kernel{Major: 3 + rng.IntN(4), Minor: rng.IntN(20)}}
		for arch := range machines {
			check(t, p, env, arch, vectors(rng, 6))
		}
	}
}

func randomProfile(rng *rand.Rand) *seccomp.Profile {
	abis := []seccomp.ABI{seccomp.AMD64, seccomp.X32, seccomp.ARM64, seccomp.ARM, -1}
	p := &seccomp.Profile{Default: randomAction(rng), ABIs: abis[:rng.IntN(len(abis)+1)]}
	names := append(seccomp.Names(), "no_such_call", "write")
	few := names[:1+rng.IntN(len(names))] // few names: many rules for one call
	for range 1 + rng.IntN(60) {
		r := seccomp.Rule{Action: randomAction(rng)}
		for range 1 + rng.IntN(10) {
			r.Names = append(r.Names, few[rng.IntN(len(few))])
		}
		for range rng.IntN(4) {
			r.Args = append(r.Args, seccomp.Arg{
				Index: uint(rng.IntN(seccomp.MaxArgs)), Op: seccomp.NE + seccomp.Op(rng.IntN(7)),
				Value: interesting(rng), ValueTwo: interesting(rng),
			})
		}
		if rng.IntN(4) == 0 {
			r.Includes = randomWhen(rng)
		}
		if rng.IntN(4) == 0 {
			r.Excludes = randomWhen(rng)
		}
		p.Rules = append(p.Rules, r)
	}
	return p
}

func randomAction(rng *rand.Rand) seccomp.Action {
	return []seccomp.Action{
		seccomp.KillProcess, seccomp.KillThread, seccomp.Trap, seccomp.Errno(unix.EPERM), seccomp.Errno(unix.EINVAL),
		seccomp.Trace(7), seccomp.Log, seccomp.Allow, seccomp.Allow,
	}[rng.IntN(9)]
}

func randomWhen(rng *rand.Rand) (w seccomp.When) {
	if rng.IntN(2) == 0 {
		w.Caps = 1 << rng.IntN(41)
	}
	if rng.IntN(2) == 0 {
		w.Arches = []string{[]string{"amd64", "arm64", "riscv64"}[rng.IntN(3)]}
	}
	if rng.IntN(2) == 0 {
		w.MinKernel = seccomp.Kernel{Major: 3 + rng.IntN(4), Minor: rng.IntN(20)}
	}
	return w
}

func TestEveryOperatorAtEveryEdge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for op := seccomp.NE; op <= seccomp.MaskedEQ; op++ {
		for range 40 {
			p := &seccomp.Profile{
				Default: seccomp.Errno(unix.EPERM), ABIs: []seccomp.ABI{seccomp.X32},
				Rules: []seccomp.Rule{{Names: []string{"read"}, Action: seccomp.Allow, Args: []seccomp.Arg{
					{Index: uint(rng.IntN(6)), Op: op, Value: interesting(rng), ValueTwo: interesting(rng)},
				}}},
			}
			check(t, p, seccomp.Env{Kernel: linux6}, "amd64", vectors(rng, 10))
		}
	}
}

// Far jumps: a conditional jump of BPF reaches 255 instructions.
func TestLongProfile(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	p := &seccomp.Profile{Default: seccomp.Allow}
	for _, name := range seccomp.Names()[:220] {
		for v := range uint64(2) {
			p.Rules = append(p.Rules, seccomp.Rule{Names: []string{name}, Action: seccomp.Errno(unix.EACCES),
				Args: []seccomp.Arg{{Index: 0, Op: seccomp.EQ, Value: 7 + v}}})
		}
	}
	check(t, p, seccomp.Env{Kernel: linux6}, "amd64", vectors(rng, 20))
}

func TestTooLongProfile(t *testing.T) {
	p := &seccomp.Profile{Default: seccomp.Allow}
	for v := range uint64(900) {
		p.Rules = append(p.Rules, seccomp.Rule{Names: []string{"read"}, Action: seccomp.Errno(unix.EACCES),
			Args: []seccomp.Arg{{Index: 0, Op: seccomp.EQ, Value: v}}})
	}
	_, err := p.Compile(seccomp.Env{Kernel: linux6})
	if !diag.IsUsage(err) || !strings.Contains(err.Error(), "4096") {
		t.Errorf("a profile of 900 conditions: %v", err)
	}
}

func TestCompileRefuses(t *testing.T) {
	rows := []struct {
		arg       seccomp.Arg
		want, why string
	}{
		{seccomp.Arg{Index: 6, Op: seccomp.EQ}, "seccomp rule for read: argument 6: there are only 0 to 5", "a seventh argument"},
		{seccomp.Arg{Index: 0}, "seccomp rule for read: no such operator: 0", "no operator"},
		{seccomp.Arg{Index: 0, Op: 8}, "seccomp rule for read: no such operator: 8", "one too many"},
	}
	for _, row := range rows {
		p := &seccomp.Profile{Rules: []seccomp.Rule{{Names: []string{"read"}, Args: []seccomp.Arg{row.arg}}}}
		if _, err := p.Compile(seccomp.Env{}); !diag.IsUsage(err) || err.Error() != row.want {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if _, err := new(seccomp.Profile).CompileFor(seccomp.Env{}, "riscv64"); !diag.IsUsage(err) {
		t.Errorf("another architecture: %v", err)
	}
}

func TestZeroProfileKills(t *testing.T) {
	check(t, new(seccomp.Profile), seccomp.Env{}, "amd64", vectors(rand.New(rand.NewPCG(7, 8)), 1))
}

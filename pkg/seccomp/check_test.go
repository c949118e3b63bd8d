//go:build linux

package seccomp_test

import (
	"math/rand/v2"
	"testing"

	"nskit.dev/nskit/pkg/seccomp"
)

// check compares the compiled program with the profile: every number that means
// something and its neighbours, with each argument vector.
func check(t *testing.T, p *seccomp.Profile, env seccomp.Env, arch string, args [][seccomp.MaxArgs]uint64) {
	t.Helper()
	program, err := p.CompileFor(env, arch)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range machines[arch] {
		ref := newReference(p, env, arch, a)
		for _, number := range numbersToTry(a.id) {
			for _, values := range args {
				c := call{number, a.audit, values}
				want := ref.expected(a, c)
				if got, _ := run(t, program.Filter, c); got != want {
					t.Fatalf("%s, ABI %d, system call %#x%#x: %v, want %v", arch, a.id, number, values, got, want)
				}
			}
		}
	}
}

func numbersToTry(id seccomp.ABI) (numbers []uint32) {
	bit := uint32(0)
	if id == seccomp.X32 {
		bit = seccomp.X32Bit
		numbers = append(numbers, 1<<32-1)
	}
	for n := range uint32(600) {
		numbers = append(numbers, bit|n)
	}
	if id == seccomp.ARM {
		for n := range uint32(8) {
			numbers = append(numbers, 0x0f0000+n)
		}
	}
	return append(numbers, bit|0x3fffffff)
}

// interesting are values next to which comparisons change.
func interesting(rng *rand.Rand) uint64 {
	values := []uint64{0, 1, 7, 8, 38, 39, 40, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1<<32 + 8, 1<<63 + 1, 1<<64 - 1}
	return values[rng.IntN(len(values))]
}

func vectors(rng *rand.Rand, n int) (args [][seccomp.MaxArgs]uint64) {
	for range n {
		var v [seccomp.MaxArgs]uint64
		for i := range v {
			v[i] = interesting(rng)
		}
		args = append(args, v)
	}
	return args
}

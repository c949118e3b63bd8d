//go:build linux

package seccomp_test

import (
	"slices"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/seccomp"
)

// abi is one that a machine has, as a filter sees it.
type abi struct {
	id    seccomp.ABI
	audit uint32
	own   bool // filtered in any case
}

var machines = map[string][]abi{
	"amd64": {
		{seccomp.AMD64, unix.AUDIT_ARCH_X86_64, true},
		{seccomp.X32, unix.AUDIT_ARCH_X86_64, false},
		{seccomp.I386, unix.AUDIT_ARCH_I386, false},
	},
	"arm64": {
		{seccomp.ARM64, unix.AUDIT_ARCH_AARCH64, true},
		{seccomp.ARM, unix.AUDIT_ARCH_ARM, false},
	},
}

// reference is what a profile says for one ABI: its rules by system call.
type reference struct {
	fallback seccomp.Action
	listed   bool
	newest   int64
	rules    map[uint32][]*seccomp.Rule
}

func newReference(p *seccomp.Profile, env seccomp.Env, arch string, a abi) reference {
	ref := reference{p.Default, a.own || slices.Contains(p.ABIs, a.id), -1, map[uint32][]*seccomp.Rule{}}
	for i := range p.Rules {
		r := &p.Rules[i]
		if !counts(r, env, arch) {
			continue
		}
		for _, name := range r.Names {
			numbers, known := seccomp.Numbers(name)
			if n := numbers[a.id]; known && n >= 0 {
				ref.newest = max(ref.newest, n)
				ref.rules[uint32(n)] = append(ref.rules[uint32(n)], r)
			}
		}
	}
	return ref
}

// expected is worked out one rule after the other. Multiplexed calls of i386 are
// left to a test of their own.
func (ref reference) expected(a abi, c call) seccomp.Action {
	if !ref.listed {
		if c.number == 1<<32-1 && a.id == seccomp.X32 {
			return ref.fallback
		}
		return seccomp.KillThread
	}
	permissive := []seccomp.Action{unix.SECCOMP_RET_ALLOW, unix.SECCOMP_RET_LOG, unix.SECCOMP_RET_TRACE}
	if ref.newest >= 0 && int64(c.number) > ref.newest && !slices.Contains(permissive, ref.fallback&unix.SECCOMP_RET_ACTION_FULL) {
		return seccomp.Errno(unix.ENOSYS)
	}
	var matching []seccomp.Action
	for _, r := range ref.rules[c.number] {
		switch {
		case r.Action == ref.fallback:
		case len(r.Args) == 0:
			return r.Action
		case holds(r.Args, c, a.id.Narrow()):
			matching = append(matching, r.Action)
		}
	}
	if len(matching) == 0 {
		return ref.fallback
	}
	return slices.MinFunc(matching, func(a, b seccomp.Action) int {
		return int(int32(a&unix.SECCOMP_RET_ACTION_FULL)) - int(int32(b&unix.SECCOMP_RET_ACTION_FULL))
	})
}

func counts(r *seccomp.Rule, env seccomp.Env, arch string) bool {
	newer := func(k seccomp.Kernel) bool {
		return env.Kernel.Major > k.Major || env.Kernel.Major == k.Major && env.Kernel.Minor >= k.Minor
	}
	in, out := r.Includes, r.Excludes
	if slices.Contains(out.Arches, arch) || env.Caps&out.Caps != 0 || out.MinKernel.Major > 0 && newer(out.MinKernel) {
		return false
	}
	return (len(in.Arches) == 0 || slices.Contains(in.Arches, arch)) && env.Caps&in.Caps == in.Caps && newer(in.MinKernel)
}

func holds(args []seccomp.Arg, c call, narrow bool) bool {
	all, some, twice := true, false, false
	var seen [seccomp.MaxArgs]bool
	for _, a := range args {
		twice = twice || seen[a.Index]
		seen[a.Index] = true
		value := c.args[a.Index]
		if narrow {
			value &= 1<<32 - 1
		}
		if compare(a, value) {
			some = true
		} else {
			all = false
		}
	}
	return all || twice && some
}

func compare(a seccomp.Arg, value uint64) bool {
	switch a.Op {
	case seccomp.NE:
		return value != a.Value
	case seccomp.LT:
		return value < a.Value
	case seccomp.LE:
		return value <= a.Value
	case seccomp.EQ:
		return value == a.Value
	case seccomp.GE:
		return value >= a.Value
	case seccomp.GT:
		return value > a.Value
	}
	return value&a.Value == a.ValueTwo&a.Value
}

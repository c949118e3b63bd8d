//go:build linux

package seccomp

import (
	"slices"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// Program is a filter for seccomp(2), or, where there are no Flags, for
// prctl(PR_SET_SECCOMP), which kernels before 3.17 have too.
type Program struct {
	Filter []unix.SockFilter
	Flags  uint32
}

func (p *Profile) compile(env Env, arch string) (Program, error) {
	m, known := machineOf(arch)
	if !known {
		return Program{}, diag.Usage("seccomp profiles are for amd64 and arm64, not for %s", diag.Quote(arch))
	}
	entries, err := p.entries(env, arch, m)
	if err != nil {
		return Program{}, err
	}
	own, other := m.abis[0], m.abis[1]
	numbers := p.ranges(entries[own], own)
	if own == AMD64 {
		p.addX32(&numbers, entries[X32])
	}
	c := make(code, 0, 512)
	c.load(offsetArch)
	c.branch(jumpEQ, m.audit, func() {
		if p.has(other) {
			c.branch(jumpEQ, m.auditElse, func() { c.ret(KillThread) })
			c.byNumber(p.ranges(entries[other], other))
		} else {
			c.ret(KillThread)
		}
	})
	c.byNumber(numbers)
	if len(c) > unix.BPF_MAXINSNS {
		return Program{}, diag.Usage("the seccomp profile makes %d instructions, of which the kernel takes %d", len(c), unix.BPF_MAXINSNS)
	}
	return Program{c, p.Flags}, nil
}

func (p *Profile) has(a ABI) bool { return slices.Contains(p.ABIs, a) }

// ranges are all numbers of an ABI; what is newer than the profile is ENOSYS.
func (p *Profile) ranges(entries []entry, abi ABI) ranges {
	otherwise := leaf{action: p.Default}
	r := make(ranges, 0, 128)
	free := uint32(0) // the first number that nothing has been said about
	for len(entries) > 0 {
		number, n := entries[0].number(), 1
		for n < len(entries) && entries[n].number() == number {
			n++
		}
		if number > free {
			r.from(free, otherwise)
		}
		r.from(number, p.leafOf(entries[:n], abi))
		free, entries = number+1, entries[n:]
	}
	if free > 0 && !p.Default.permits() {
		otherwise.action = Errno(unix.ENOSYS)
	}
	r.from(free, otherwise)
	return r
}

// addX32 is about the numbers with x32Bit. Without x32 they belong to an ABI that
// the profile does not list; but for -1, which a tracer sets to have a call left
// out, and which must not kill.
func (p *Profile) addX32(own *ranges, entries []entry) {
	if !p.has(X32) {
		own.from(x32Bit, leaf{action: KillThread})
		own.from(1<<32-1, leaf{action: p.Default})
		return
	}
	for _, piece := range p.ranges(entries, X32) {
		own.from(x32Bit|piece.first, piece.leaf)
	}
}

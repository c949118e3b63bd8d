//go:build linux

package seccomp

import (
	"slices"

	"nskit.dev/nskit/pkg/diag"
)

// entry is a rule for one system call of an ABI, in one word, so that to sort
// hundreds of them costs little: the number of the call, the index of the rule,
// and, where the call is a multiplexer of i386, what it is called for, else 0.
type entry uint64

// maxRules is how many rules an entry can tell apart.
const maxRules = 1 << 24

func entryOf(number uint32, rule int, multiplexed uint8) entry {
	return entry(number)<<32 | entry(rule)<<8 | entry(multiplexed)
}

func (e entry) number() uint32      { return uint32(e >> 32) }
func (e entry) rule() int           { return int(uint32(e) >> 8) }
func (e entry) multiplexed() uint64 { return uint64(e & 0xff) }

// entries are those of the rules that count, for each ABI of the machine, sorted.
func (p *Profile) entries(env Env, arch string, m machine) (byABI [abis][]entry, err error) {
	if len(p.Rules) >= maxRules {
		return byABI, diag.Usage("a seccomp profile of %d rules is too large", len(p.Rules))
	}
	for _, abi := range m.abis {
		byABI[abi] = make([]entry, 0, 512)
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		if !r.counts(env, arch) {
			continue
		}
		for _, name := range r.Names {
			for _, a := range r.Args {
				if err := a.check(name); err != nil {
					return byABI, err
				}
			}
			if call := find(name); call != nil {
				r.add(call, i, m, &byABI)
			}
		}
	}
	for _, e := range byABI {
		slices.Sort(e)
	}
	return byABI, nil
}

// add adds the rule to each ABI that has the call.
func (r *Rule) add(call *syscall, index int, m machine, byABI *[abis][]entry) {
	for _, abi := range m.abis {
		if n := call.numbers[abi]; n >= 0 {
			byABI[abi] = append(byABI[abi], entryOf(uint32(n), index, 0))
		}
		if abi != I386 {
			continue
		}
		if e, found := r.multiplex(call, index); found {
			byABI[abi] = append(byABI[abi], e)
		}
	}
}

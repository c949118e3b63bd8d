//go:build linux

package seccomp

import "golang.org/x/sys/unix"

// chain is a run of pieces that are one action, but for a few numbers with another
// one. To compare with these one after the other takes half of the instructions of
// a search. A chain of one piece is that piece.
type chain struct {
	pieces      ranges
	most, other Action
	exceptions  [maxExceptions]uint32
	count       int // of the exceptions
}

const maxExceptions = 6

// chains cuts the ranges into the longest chains, from the first to the last.
func (r ranges) chains() []chain {
	chains := make([]chain, 0, len(r))
	for i := 0; i < len(r); {
		longest := r.chain(i, i)
		if i+1 < len(r) { // pieces next to each other differ: the other one may be the rule
			if c := r.chain(i, i+1); len(c.pieces) > len(longest.pieces) {
				longest = c
			}
		}
		chains = append(chains, longest)
		i += len(longest.pieces)
	}
	return chains
}

// chain is the chain that begins with piece i, where piece rule, the same or the
// next one, has the action of most numbers.
func (r ranges) chain(i, rule int) chain {
	c := chain{pieces: r[i : i+1], most: r[rule].leaf.action}
	for end := i; end < len(r) && len(r[end].leaf.clauses) == 0; end++ {
		if p := r[end]; p.leaf.action != c.most {
			n := r.width(end)
			if c.count > 0 && p.leaf.action != c.other || n > uint64(maxExceptions-c.count) {
				break
			}
			c.other = p.leaf.action
			for k := range uint32(n) {
				c.exceptions[c.count] = p.first + k
				c.count++
			}
		}
		c.pieces = r[i : end+1]
	}
	return c
}

func (c *code) chain(ch chain) {
	if len(ch.pieces) == 1 {
		c.leaf(ch.pieces[0].leaf)
		return
	}
	for i, number := range ch.exceptions[:ch.count] {
		*c = append(*c, unix.SockFilter{Code: jumpEQ, K: number, Jt: uint8(ch.count - i)})
	}
	c.ret(ch.most)
	c.ret(ch.other)
}

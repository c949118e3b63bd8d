//go:build linux

package seccomp

import "slices"

// leaf is what happens to a range of system calls: the action of the first clause
// that holds, else action.
type leaf struct {
	action  Action
	clauses []clause
}

type clause struct {
	args   []Arg // about different arguments: all must hold
	action Action
	narrow bool // of a narrow ABI
}

// leafOf combines the rules for one system call, in the order of the profile.
func (p *Profile) leafOf(rules []entry, abi ABI) leaf {
	l := leaf{action: p.Default}
	for _, e := range rules {
		r := &p.Rules[e.rule()]
		switch {
		case r.Action == p.Default: // as in runc, even where another rule says otherwise
		case e.multiplexed() > 0:
			only := multiplexed(e.number(), e.multiplexed())
			l.clauses = append(l.clauses, clause{[]Arg{only}, r.Action, abi.narrow()})
		case len(r.Args) == 0:
			return leaf{action: r.Action}
		case repeated(r.Args):
			for _, a := range r.Args {
				l.clauses = append(l.clauses, clause{[]Arg{a}, r.Action, abi.narrow()})
			}
		default:
			l.clauses = append(l.clauses, clause{r.Args, r.Action, abi.narrow()})
		}
	}
	slices.SortStableFunc(l.clauses, func(a, b clause) int { return a.action.stricter(b.action) })
	return l
}

func repeated(args []Arg) bool {
	var seen [MaxArgs]bool
	for _, a := range args {
		if seen[a.Index] {
			return true
		}
		seen[a.Index] = true
	}
	return false
}

func (l *leaf) same(other leaf) bool {
	return l.action == other.action && len(l.clauses)+len(other.clauses) == 0
}

func (c *code) leaf(l leaf) {
	for _, clause := range l.clauses {
		c.clause(clause)
	}
	c.ret(l.action)
}

// clause is the tests, each of which goes behind the end of the clause when it
// fails, and the action.
func (c *code) clause(cl clause) {
	var tests [MaxArgs][]step
	length := 1
	for i, a := range cl.args {
		tests[i] = a.test(cl.narrow)
		length += len(tests[i])
	}
	end := len(*c) + length
	for _, test := range tests {
		c.test(test, end)
	}
	c.ret(cl.action)
}

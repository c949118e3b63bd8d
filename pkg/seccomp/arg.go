//go:build linux

package seccomp

import (
	"strconv"

	"nskit.dev/nskit/pkg/diag"
)

// Op is how an argument is compared; all comparisons are unsigned.
type Op int

// The operators, SCMP_CMP_* of libseccomp.
const (
	NE       Op = iota + 1 // argument != Value
	LT                     // argument < Value
	LE                     // argument <= Value
	EQ                     // argument == Value
	GE                     // argument >= Value
	GT                     // argument > Value
	MaskedEQ               // argument & Value == ValueTwo & Value
)

// Arg is a condition on an argument of a system call. Filters see the registers
// alone, so what a pointer points to cannot be compared.
type Arg struct {
	Index           uint // of the argument, 0 to 5
	Op              Op
	Value, ValueTwo uint64
}

// MaxArgs is how many arguments a system call can have.
const MaxArgs = 6

func (a Arg) check(name string) error {
	if a.Index >= MaxArgs {
		return diag.Usage("seccomp rule for %s: argument %d: there are only 0 to 5", diag.Quote(name), a.Index)
	}
	if a.Op < NE || a.Op > MaskedEQ {
		return diag.Usage("seccomp rule for %s: no such operator: %s", diag.Quote(name), strconv.Itoa(int(a.Op)))
	}
	return nil
}

// test is the code for the condition: it goes to pass or fail. A word of BPF has
// 32 bits and an argument 64, so the halves are compared one after the other; in
// a narrow ABI the upper one counts as 0.
func (a Arg) test(narrow bool) []step {
	switch a.Op {
	case NE:
		return negate(Arg{a.Index, EQ, a.Value, 0}.test(narrow))
	case LT:
		return negate(Arg{a.Index, GE, a.Value, 0}.test(narrow))
	case LE:
		return negate(Arg{a.Index, GT, a.Value, 0}.test(narrow))
	case GE:
		return a.order(jumpGE, narrow)
	case GT:
		return a.order(jumpGT, narrow)
	case EQ:
		return a.masked(1<<64-1, a.Value, narrow)
	default: // check has seen to it that it is MaskedEQ
		return a.masked(a.Value, a.ValueTwo&a.Value, narrow)
	}
}

func (a Arg) order(lower uint16, narrow bool) []step {
	upper := uint32(a.Value >> 32)
	last := []step{a.load(0), {lower, uint32(a.Value), pass, fail}}
	switch {
	case narrow && upper > 0:
		return []step{{jump, 0, fail, fail}}
	case narrow:
		return last
	}
	return append([]step{a.load(4), {jumpGT, upper, pass, next}, {jumpEQ, upper, next, fail}}, last...)
}

func (a Arg) masked(mask, value uint64, narrow bool) []step {
	if narrow && value>>32 != 0 {
		return []step{{jump, 0, fail, fail}}
	}
	var code []step
	if mask>>32 != 0 && !narrow {
		code = append(a.half(4, uint32(mask>>32)), step{jumpEQ, uint32(value >> 32), next, fail})
	}
	code = append(code, a.half(0, uint32(mask))...)
	return append(code, step{jumpEQ, uint32(value), pass, fail})
}

func (a Arg) half(offset, mask uint32) []step {
	if mask == 1<<32-1 {
		return []step{a.load(offset)}
	}
	return []step{a.load(offset), {and, mask, next, next}}
}

// load is of args[Index] in struct seccomp_data. Both architectures are little
// endian: the lower half comes first.
func (a Arg) load(offset uint32) step {
	return step{loadWord, offsetArgs + 8*uint32(a.Index) + offset, next, next}
}

func negate(steps []step) []step {
	swap := [...]target{next: next, pass: fail, fail: pass}
	for i := range steps {
		steps[i].yes, steps[i].no = swap[steps[i].yes], swap[steps[i].no]
	}
	return steps
}

//go:build linux

package seccomp

import (
	"slices"

	"golang.org/x/sys/unix"
)

// Where the parts of struct seccomp_data are.
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

// The instructions of classic BPF (linux/bpf_common.h) that filters need.
const (
	loadWord = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	and      = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
	jump     = unix.BPF_JMP | unix.BPF_JA
	jumpEQ   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	jumpGT   = unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K
	jumpGE   = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
)

// code is a program that grows at its end. All jumps go forward, by a distance.
type code []unix.SockFilter

func (c *code) load(offset uint32) { *c = append(*c, unix.SockFilter{Code: loadWord, K: offset}) }

func (c *code) ret(a Action) {
	*c = append(*c, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: uint32(a)})
}

// branch begins with the comparison of the accumulator with k. What no adds is for
// when that does not hold, what is added after branch for when it does.
func (c *code) branch(comparison uint16, k uint32, no func()) {
	at := len(*c)
	*c = append(*c, unix.SockFilter{Code: comparison, K: k})
	no()
	distance := len(*c) - at - 1
	if distance <= 255 { // a conditional jump has a byte for it
		(*c)[at].Jt = uint8(distance)
		return
	}
	(*c)[at].Jf = 1
	*c = slices.Insert(*c, at+1, unix.SockFilter{Code: jump, K: uint32(distance)})
}

// step is an instruction of a test, whose jumps are not yet distances.
type step struct {
	code    uint16
	k       uint32
	yes, no target
}

type target int

const (
	next target = iota
	pass        // the end of the test
	fail
)

// test adds the steps; where they fail they go to end. The six tests of a clause
// are short enough for a byte.
func (c *code) test(steps []step, end int) {
	begin := len(*c)
	for i, s := range steps {
		distance := [...]int{next: 0, pass: len(steps) - i - 1, fail: end - begin - i - 1}
		f := unix.SockFilter{Code: s.code, K: s.k, Jt: uint8(distance[s.yes]), Jf: uint8(distance[s.no])}
		if s.code == jump {
			f = unix.SockFilter{Code: jump, K: uint32(distance[s.yes])}
		}
		*c = append(*c, f)
	}
}

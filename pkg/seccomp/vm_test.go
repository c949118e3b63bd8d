//go:build linux

package seccomp_test

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/seccomp"
)

// call is struct seccomp_data.
type call struct {
	number, arch uint32
	args         [seccomp.MaxArgs]uint64
}

func (c call) data() []byte {
	data := make([]byte, 0, 64)
	data = binary.LittleEndian.AppendUint32(data, c.number)
	data = binary.LittleEndian.AppendUint32(data, c.arch)
	data = binary.LittleEndian.AppendUint64(data, 0) // the instruction pointer
	for _, a := range c.args {
		data = binary.LittleEndian.AppendUint64(data, a)
	}
	return data
}

// run interprets a filter as net/core/filter.c does, and fails the test where the
// kernel would refuse it. steps is the length of the way through it.
func run(t testing.TB, filter []unix.SockFilter, c call) (result seccomp.Action, steps int) {
	t.Helper()
	data := c.data()
	var accumulator uint32
	for pc := 0; pc < len(filter); pc++ {
		f := filter[pc]
		steps++
		holds := false
		switch f.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			if f.K%4 != 0 || int(f.K) > len(data)-4 {
				t.Fatalf("instruction %d loads from %d", pc, f.K)
			}
			accumulator = binary.LittleEndian.Uint32(data[f.K:])
			continue
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			accumulator &= f.K
			continue
		case unix.BPF_RET | unix.BPF_K:
			return seccomp.Action(f.K), steps
		case unix.BPF_JMP | unix.BPF_JA:
			pc += int(f.K)
			continue
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			holds = accumulator == f.K
		case unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K:
			holds = accumulator > f.K
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			holds = accumulator >= f.K
		default:
			t.Fatalf("instruction %d has code %#x", pc, f.Code)
		}
		if holds {
			pc += int(f.Jt)
		} else {
			pc += int(f.Jf)
		}
	}
	t.Fatal("the filter ends without a result")
	return 0, 0
}

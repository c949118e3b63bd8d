//go:build linux

package nstest

import "golang.org/x/sys/unix"

// Offsets in struct seccomp_data (linux/seccomp.h).
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16 // eight bytes each; the low half comes first on amd64 and arm64
)

// program is the filter for the rules; the first that matches decides. What is made for
// another architecture has other numbers, and passes.
func program(rules []rule) []unix.SockFilter {
	p := []unix.SockFilter{
		load(offArch),
		jump(unix.BPF_JEQ, auditArch, 1, 0),
		ret(unix.SECCOMP_RET_ALLOW),
	}
	for _, r := range rules {
		body := append(r.condition(), ret(unix.SECCOMP_RET_ERRNO|uint32(r.errno)))
		p = append(p, load(offNumber), jump(unix.BPF_JEQ, r.number, 0, uint8(len(body))))
		p = append(p, body...)
	}
	return append(p, ret(unix.SECCOMP_RET_ALLOW))
}

// condition falls through where the argument matches, and skips one instruction where
// it does not.
func (r rule) condition() []unix.SockFilter {
	arg := load(offArgs + 8*uint32(r.arg))
	switch r.match {
	case anyBit:
		return []unix.SockFilter{arg, jump(unix.BPF_JSET, r.value, 0, 1)}
	case equal:
		return []unix.SockFilter{arg, jump(unix.BPF_JEQ, r.value, 0, 1)}
	case several: // A & (A-1) is A without its lowest bit
		return []unix.SockFilter{
			arg,
			{Code: unix.BPF_MISC | unix.BPF_TAX},
			{Code: unix.BPF_ALU | unix.BPF_SUB | unix.BPF_K, K: 1},
			{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_X},
			jump(unix.BPF_JEQ, 0, 1, 0),
		}
	}
	return nil
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func jump(op uint16, k uint32, yes, no uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | op | unix.BPF_K, K: k, Jt: yes, Jf: no}
}

func ret(action uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
}

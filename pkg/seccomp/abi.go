//go:build linux

package seccomp

import "golang.org/x/sys/unix"

// ABI is a convention for system calls, with numbers of its own. A kernel may have
// several: that of amd64 has three.
type ABI int

// The ABIs. In the columns of the table of system calls, in this order.
const (
	AMD64 ABI = iota
	I386
	X32
	ARM64
	ARM
	abis
)

// x32Bit is in the number of every system call of x32, which has the AUDIT_ARCH
// of amd64 (__X32_SYSCALL_BIT, asm/unistd.h).
const x32Bit = 0x40000000

// machine is the ABIs of a kernel, its own first, by the AUDIT_ARCH_* that a
// filter is told.
type machine struct {
	abis             []ABI
	audit, auditElse uint32
}

func machineOf(arch string) (m machine, known bool) {
	switch arch {
	case "amd64":
		return machine{[]ABI{AMD64, I386, X32}, unix.AUDIT_ARCH_X86_64, unix.AUDIT_ARCH_I386}, true
	case "arm64":
		return machine{[]ABI{ARM64, ARM}, unix.AUDIT_ARCH_AARCH64, unix.AUDIT_ARCH_ARM}, true
	}
	return machine{}, false
}

// narrow ABIs have arguments of 32 bits.
func (a ABI) narrow() bool { return a == I386 || a == X32 || a == ARM }

// syscall is the number of a system call in each ABI, without x32Bit; -1 where it
// has none.
type syscall struct {
	name    string
	numbers [abis]int32

	// An i386 program can make some calls as socketcall(2) or ipc(2) too, with these
	// as the first argument; 0 where it cannot.
	socketcall, ipc uint8
}

// find looks a name up, by binary search; nil when no ABI has such a system call.
func find(name string) *syscall {
	first, end := 0, len(syscalls)
	for first < end {
		middle := (first + end) / 2
		if syscalls[middle].name < name {
			first = middle + 1
		} else {
			end = middle
		}
	}
	if first == len(syscalls) || syscalls[first].name != name {
		return nil
	}
	return &syscalls[first]
}

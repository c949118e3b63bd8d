//go:build linux

package nsjoin_test

import (
	"bytes"
	"unsafe"

	"golang.org/x/sys/unix"
)

// call is a system call at its entry.
type call struct {
	pid    int
	number uint64
	args   [6]uint64
}

// is reports whether the call is the one with this number.
func (c call) is(number int) bool { return c.number == uint64(number) }

// text reads a string from the memory of the calling process. Not by ptrace(2): that would
// judge by the privileges of the traced process, which may be not dumpable.
func (c call) text(arg int) string {
	const page = 4096
	var out []byte
	for address := uintptr(c.args[arg]); len(out) < page; {
		buffer := make([]byte, page-address%page)
		local := unix.Iovec{Base: &buffer[0]}
		local.SetLen(len(buffer))
		n, err := unix.ProcessVMReadv(c.pid, []unix.Iovec{local}, []unix.RemoteIovec{{Base: address, Len: len(buffer)}}, 0)
		if err != nil || n <= 0 {
			break
		}
		if end := bytes.IndexByte(buffer[:n], 0); end >= 0 {
			return string(append(out, buffer[:end]...))
		}
		out = append(out, buffer[:n]...)
		address += uintptr(n)
	}
	return string(out)
}

// syscallInfo is PTRACE_GET_SYSCALL_INFO, which is the same on every architecture (5.3).
func syscallInfo(pid int) (c call, entry bool, err error) {
	var info struct {
		op                           uint8
		_                            [3]uint8
		arch                         uint32
		instructionPointer, stackPtr uint64
		number                       uint64
		args                         [6]uint64
		_                            [2]uint64
	}
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(pid),
		unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return call{}, false, errno
	}
	return call{pid, info.number, info.args}, info.op == unix.PTRACE_SYSCALL_INFO_ENTRY, nil
}

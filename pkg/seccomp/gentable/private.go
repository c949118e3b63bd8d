//go:build linux

package main

import "maps"

// armPrivate are the calls of 32-bit ARM that are in none of the headers' lists
// (arch/arm/include/uapi/asm/unistd.h, __ARM_NR_BASE).
var armPrivate = map[string]int{
	"breakpoint": 0x0f0001, "cacheflush": 0x0f0002, "usr26": 0x0f0003, "usr32": 0x0f0004,
	"set_tls": 0x0f0005, "get_tls": 0x0f0006,
}

// x32 makes the table of the x32 ABI, for which Go has none: the numbers of amd64,
// without those calls that arch/x86/entry/syscalls/syscall_64.tbl marks "64", and
// with those that it marks "x32". The bit that is set in every number of the ABI
// is left out.
func x32(amd64 map[string]int) map[string]int {
	table := maps.Clone(amd64)
	for _, name := range only64 {
		delete(table, name)
	}
	for i, name := range onlyX32 {
		table[name] = 512 + i
	}
	return table
}

// only64 are those that have no number of their own in x32 either.
var only64 = []string{
	"_sysctl", "create_module", "epoll_ctl_old", "epoll_wait_old", "get_kernel_syms", "get_thread_area",
	"nfsservctl", "query_module", "set_thread_area", "uprobe", "uretprobe", "uselib", "vserver",
}

var onlyX32 = []string{
	"rt_sigaction", "rt_sigreturn", "ioctl", "readv", "writev", "recvfrom", "sendmsg", "recvmsg", "execve", "ptrace",
	"rt_sigpending", "rt_sigtimedwait", "rt_sigqueueinfo", "sigaltstack", "timer_create", "mq_notify", "kexec_load",
	"waitid", "set_robust_list", "get_robust_list", "vmsplice", "move_pages", "preadv", "pwritev",
	"rt_tgsigqueueinfo", "recvmmsg", "sendmmsg", "process_vm_readv", "process_vm_writev", "setsockopt", "getsockopt",
	"io_setup", "io_submit", "execveat", "preadv2", "pwritev2",
}

// socketcalls and ipcs are the numbers that calls have as the first argument of
// socketcall(2) and ipc(2) of i386 (linux/net.h, linux/ipc.h).
var (
	socketcalls = map[string]int{
		"socket": 1, "bind": 2, "connect": 3, "listen": 4, "accept": 5, "getsockname": 6, "getpeername": 7,
		"socketpair": 8, "send": 9, "recv": 10, "sendto": 11, "recvfrom": 12, "shutdown": 13, "setsockopt": 14,
		"getsockopt": 15, "sendmsg": 16, "recvmsg": 17, "accept4": 18, "recvmmsg": 19, "sendmmsg": 20,
	}
	ipcs = map[string]int{
		"semop": 1, "semget": 2, "semctl": 3, "semtimedop": 4, "msgsnd": 11, "msgrcv": 12, "msgget": 13, "msgctl": 14,
		"shmat": 21, "shmdt": 22, "shmget": 23, "shmctl": 24,
	}
)

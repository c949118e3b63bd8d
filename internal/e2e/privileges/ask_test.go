//go:build linux

package privileges_test

import "golang.org/x/sys/unix"

// none is an address that no process has, and a number that is no descriptor, command or flag:
// the kernel, when it is asked at all, refuses such a call before it does anything.
const none = ^uintptr(0)

// asked are system calls with arguments that change nothing. Those that answer with EPERM even
// without a filter are here for what a capability opens.
var asked = []struct {
	name   string
	number uintptr
	args   [6]uintptr
}{
	{"getpid", unix.SYS_GETPID, [6]uintptr{}},
	{"acct", unix.SYS_ACCT, [6]uintptr{none}},
	{"add_key", unix.SYS_ADD_KEY, [6]uintptr{none, none, none, 1, none}},
	{"adjtimex", unix.SYS_ADJTIMEX, [6]uintptr{none}},
	{"bpf", unix.SYS_BPF, [6]uintptr{none, none, none}},
	{"cachestat", unix.SYS_CACHESTAT, [6]uintptr{none, none, none, none}},
	{"capget", unix.SYS_CAPGET, [6]uintptr{none, none}},
	{"chroot", unix.SYS_CHROOT, [6]uintptr{none}},
	{"clock_adjtime", unix.SYS_CLOCK_ADJTIME, [6]uintptr{none, none}},
	{"clock_settime", unix.SYS_CLOCK_SETTIME, [6]uintptr{none, none}},
	{"clone in a user namespace", unix.SYS_CLONE, [6]uintptr{unix.CLONE_NEWUSER | unix.CLONE_FS}},
	{"clone in a mount namespace", unix.SYS_CLONE, [6]uintptr{unix.CLONE_NEWNS | unix.CLONE_FS}},
	{"clone of half a thread", unix.SYS_CLONE, [6]uintptr{unix.CLONE_THREAD}},
	{"clone3", unix.SYS_CLONE3, [6]uintptr{none, 0}},
	{"close_range", unix.SYS_CLOSE_RANGE, [6]uintptr{1, 0, 0}},
	{"copy_file_range", unix.SYS_COPY_FILE_RANGE, [6]uintptr{none, 0, none, 0, 0, 0}},
	{"delete_module", unix.SYS_DELETE_MODULE, [6]uintptr{none, none}},
	{"fanotify_init", unix.SYS_FANOTIFY_INIT, [6]uintptr{none, none}},
	{"finit_module", unix.SYS_FINIT_MODULE, [6]uintptr{none, none, 0}},
	{"fsconfig", unix.SYS_FSCONFIG, [6]uintptr{none, none, none, none, 0}},
	{"fsmount", unix.SYS_FSMOUNT, [6]uintptr{none, none, none}},
	{"fsopen", unix.SYS_FSOPEN, [6]uintptr{none, none}},
	{"fspick", unix.SYS_FSPICK, [6]uintptr{none, none, none}},
	{"get_mempolicy", unix.SYS_GET_MEMPOLICY, [6]uintptr{none, none, none, none, none}},
	{"init_module", unix.SYS_INIT_MODULE, [6]uintptr{none, 0, none}},
	{"io_uring_setup", unix.SYS_IO_URING_SETUP, [6]uintptr{0, none}},
	{"kcmp", unix.SYS_KCMP, [6]uintptr{none, none, none, 0, 0}},
	{"kexec_load", unix.SYS_KEXEC_LOAD, [6]uintptr{0, none, 0, none}},
	{"keyctl", unix.SYS_KEYCTL, [6]uintptr{none, none, none, none, none}},
	{"landlock_create_ruleset", unix.SYS_LANDLOCK_CREATE_RULESET, [6]uintptr{none, 0, none}},
	{"listmount", unix.SYS_LISTMOUNT, [6]uintptr{none, none, none, none}},
	{"lookup_dcookie", unix.SYS_LOOKUP_DCOOKIE, [6]uintptr{none, none, none}},
	{"mbind", unix.SYS_MBIND, [6]uintptr{none, none, none, none, none, none}},
	{"memfd_secret", unix.SYS_MEMFD_SECRET, [6]uintptr{none}},
	{"mount", unix.SYS_MOUNT, [6]uintptr{none, none, none, none, none}},
	{"mount_setattr", unix.SYS_MOUNT_SETATTR, [6]uintptr{none, none, none, none, none}},
	{"move_mount", unix.SYS_MOVE_MOUNT, [6]uintptr{none, none, none, none, none}},
	{"move_pages", unix.SYS_MOVE_PAGES, [6]uintptr{0, 0, 0, 0, 0, none}},
	{"name_to_handle_at", unix.SYS_NAME_TO_HANDLE_AT, [6]uintptr{none, none, none, none, none}},
	{"nfsservctl", unix.SYS_NFSSERVCTL, [6]uintptr{none, none, none}},
	{"open_by_handle_at", unix.SYS_OPEN_BY_HANDLE_AT, [6]uintptr{none, none, none}},
	{"open_tree", unix.SYS_OPEN_TREE, [6]uintptr{none, none, none}},
	{"openat2", unix.SYS_OPENAT2, [6]uintptr{none, none, none, 0}},
	{"perf_event_open", unix.SYS_PERF_EVENT_OPEN, [6]uintptr{none, none, none, none, none}},
	{"personality as it is", unix.SYS_PERSONALITY, [6]uintptr{0xffffffff}},
	{"personality without random addresses", unix.SYS_PERSONALITY, [6]uintptr{0x40000}},
	{"pidfd_getfd", unix.SYS_PIDFD_GETFD, [6]uintptr{none, none, none}},
	{"pidfd_open", unix.SYS_PIDFD_OPEN, [6]uintptr{none, none}},
	{"pivot_root", unix.SYS_PIVOT_ROOT, [6]uintptr{none, none}},
	{"process_madvise", unix.SYS_PROCESS_MADVISE, [6]uintptr{none, none, none, none, none}},
	{"process_vm_readv", unix.SYS_PROCESS_VM_READV, [6]uintptr{none, none, 1, none, 1, none}},
	{"ptrace", unix.SYS_PTRACE, [6]uintptr{none, none, none, none}},
	{"quotactl", unix.SYS_QUOTACTL, [6]uintptr{none, none, none, none}},
	{"reboot", unix.SYS_REBOOT, [6]uintptr{none, none, none, none}},
	{"request_key", unix.SYS_REQUEST_KEY, [6]uintptr{none, none, none, none}},
	{"seccomp", unix.SYS_SECCOMP, [6]uintptr{none, none, none}},
	{"set_mempolicy", unix.SYS_SET_MEMPOLICY, [6]uintptr{none, none, none}},
	{"setdomainname", unix.SYS_SETDOMAINNAME, [6]uintptr{none, 1}},
	{"sethostname", unix.SYS_SETHOSTNAME, [6]uintptr{none, 1}},
	{"setns", unix.SYS_SETNS, [6]uintptr{none, none}},
	{"settimeofday", unix.SYS_SETTIMEOFDAY, [6]uintptr{none, none}},
	{"socket AF_ALG", unix.SYS_SOCKET, [6]uintptr{unix.AF_ALG, none, none}},
	{"socket AF_INET", unix.SYS_SOCKET, [6]uintptr{unix.AF_INET, none, none}},
	{"socket AF_NFC", unix.SYS_SOCKET, [6]uintptr{unix.AF_NFC, none, none}},
	{"socket AF_VSOCK", unix.SYS_SOCKET, [6]uintptr{unix.AF_VSOCK, none, none}},
	{"statmount", unix.SYS_STATMOUNT, [6]uintptr{none, none, none, none}},
	{"statx", unix.SYS_STATX, [6]uintptr{none, none, none, none, none}},
	{"swapoff", unix.SYS_SWAPOFF, [6]uintptr{none}},
	{"swapon", unix.SYS_SWAPON, [6]uintptr{none, none}},
	{"syslog", unix.SYS_SYSLOG, [6]uintptr{none, none, none}},
	{"umount2", unix.SYS_UMOUNT2, [6]uintptr{none, none}},
	{"unshare", unix.SYS_UNSHARE, [6]uintptr{none}},
	{"userfaultfd", unix.SYS_USERFAULTFD, [6]uintptr{none}},
	{"a number that no call has", 1000, [6]uintptr{}},
}

// ask makes them all and prints the answers.
func ask() {
	for _, call := range asked {
		a := call.args
		_, _, errno := unix.RawSyscall6(call.number, a[0], a[1], a[2], a[3], a[4], a[5])
		answer(call.name, errno)
	}
}

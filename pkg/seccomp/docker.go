//go:build linux

package seccomp

import "golang.org/x/sys/unix"

// Docker is a profile equal in effect to Docker's default one: a table of
// github.com/moby/profiles/seccomp v0.2.3 (default.json, Apache-2.0), without the
// rules for other architectures. A test compares the two. The caller must not
// change it.
func Docker() *Profile { return &docker }

var docker = Profile{
	Default: unix.SECCOMP_RET_ERRNO | Action(unix.EPERM),
	ABIs:    []ABI{AMD64, I386, X32, ARM64, ARM},
	Rules: []Rule{
		{Names: dockerAllowed, Action: Allow},

		// Before Linux 4.8 a tracer saw the call after the filter, and could make it another.
		{Names: []string{"process_vm_readv", "process_vm_writev", "ptrace"}, Action: Allow,
			Includes: When{MinKernel: Kernel{4, 8}}},

		// All but AF_ALG, the way to the kernel's cryptography, and AF_VSOCK, which knows
		// no network namespaces.
		{Names: []string{"socket"}, Action: Allow, Args: []Arg{{Op: LT, Value: unix.AF_ALG}}},
		{Names: []string{"socket"}, Action: Allow, Args: []Arg{{Op: EQ, Value: unix.AF_NFC}}},
		{Names: []string{"socket"}, Action: Allow, Args: []Arg{{Op: GT, Value: unix.AF_VSOCK}}},

		// PER_LINUX, PER_LINUX32, UNAME26, both, and the question which it is.
		{Names: []string{"personality"}, Action: Allow, Args: []Arg{{Op: EQ, Value: 0}}},
		{Names: []string{"personality"}, Action: Allow, Args: []Arg{{Op: EQ, Value: 0x8}}},
		{Names: []string{"personality"}, Action: Allow, Args: []Arg{{Op: EQ, Value: 0x20000}}},
		{Names: []string{"personality"}, Action: Allow, Args: []Arg{{Op: EQ, Value: 0x20008}}},
		{Names: []string{"personality"}, Action: Allow, Args: []Arg{{Op: EQ, Value: 0xffffffff}}},

		{Names: []string{
			"arm_fadvise64_64", "arm_sync_file_range", "sync_file_range2", "breakpoint", "cacheflush", "set_tls",
		}, Action: Allow, Includes: When{Arches: []string{"arm64"}}},
		{Names: []string{"arch_prctl", "modify_ldt"}, Action: Allow, Includes: When{Arches: []string{"amd64"}}},

		// No new namespaces without CAP_SYS_ADMIN: clone by its flags, clone3 not at
		// all, since its flags are in memory; with ENOSYS the C library takes clone.
		{Names: []string{"clone"}, Action: Allow, Args: []Arg{{Op: MaskedEQ, Value: newNamespaces}},
			Excludes: When{Caps: 1 << unix.CAP_SYS_ADMIN}},
		{Names: []string{"clone3"}, Action: unix.SECCOMP_RET_ERRNO | Action(unix.ENOSYS),
			Excludes: When{Caps: 1 << unix.CAP_SYS_ADMIN}},

		{Names: []string{"open_by_handle_at"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_DAC_READ_SEARCH}},
		{Names: []string{
			"bpf", "clone", "clone3", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick",
			"lookup_dcookie", "lsm_get_self_attr", "lsm_list_modules", "lsm_set_self_attr", "mount",
			"mount_setattr", "move_mount", "open_tree", "perf_event_open", "quotactl", "quotactl_fd",
			"setdomainname", "sethostname", "setns", "syslog", "umount", "umount2", "unshare",
		}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_ADMIN}},
		{Names: []string{"reboot"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_BOOT}},
		{Names: []string{"chroot"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_CHROOT}},
		{Names: []string{
			"delete_module", "init_module", "finit_module",
		}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_MODULE}},
		{Names: []string{"acct"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_PACCT}},
		{Names: []string{
			"kcmp", "pidfd_getfd", "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace",
		}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_PTRACE}},
		{Names: []string{"iopl", "ioperm"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_RAWIO}},
		{Names: []string{
			"settimeofday", "stime", "clock_settime", "clock_settime64",
		}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_TIME}},
		{Names: []string{"vhangup"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_TTY_CONFIG}},
		{Names: []string{
			"get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node",
		}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYS_NICE}},
		{Names: []string{"syslog"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_SYSLOG}},
		{Names: []string{"bpf"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_BPF}},
		{Names: []string{"perf_event_open"}, Action: Allow, Includes: When{Caps: 1 << unix.CAP_PERFMON}},
	},
}

// newNamespaces is the CLONE_NEW* that clone(2) takes: all but CLONE_NEWTIME.
const newNamespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

//go:build linux

package nstest

import "golang.org/x/sys/unix"

// NewSyscalls are the system calls after Linux 3.10 that the tools may use: refused with
// ENOSYS, the machine looks like RHEL 7.
var NewSyscalls = []string{
	"memfd_create", "seccomp", "execveat", "statx", "pidfd_send_signal", "open_tree", "move_mount",
	"fsopen", "fsconfig", "fsmount", "fspick", "pidfd_open", "clone3", "close_range",
	"openat2", "pidfd_getfd", "faccessat2", "mount_setattr", "statmount", "listmount",
	"open_tree_attr", "process_mrelease", "copy_file_range", "renameat2", "getrandom",
}

// NewFlags are the flags after Linux 3.10 that the tools may use: refused with EINVAL.
var NewFlags = []string{
	"unshare:CLONE_NEWCGROUP", "clone:CLONE_NEWCGROUP", "setns:CLONE_NEWCGROUP",
	"unshare:CLONE_NEWTIME", "setns:CLONE_NEWTIME", "setns:several",
	"waitid:P_PIDFD", "prctl:PR_CAP_AMBIENT",
}

// DockerDefault are the calls that Docker's default profile refuses with EPERM for a
// container without CAP_SYS_ADMIN (moby, profiles/seccomp/default_linux.go).
var DockerDefault = []string{
	"mount", "umount2", "pivot_root", "unshare", "setns", "open_tree", "move_mount",
	"fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "sethostname",
	"setdomainname", "pidfd_getfd", "bpf", "keyctl", "add_key", "request_key",
	"clone:CLONE_NEWNS", "clone:CLONE_NEWUTS", "clone:CLONE_NEWIPC", "clone:CLONE_NEWUSER",
	"clone:CLONE_NEWPID", "clone:CLONE_NEWNET", "clone:CLONE_NEWCGROUP",
}

// DockerAbsent are those that it answers with ENOSYS, so that the C library falls back.
var DockerAbsent = []string{"clone3", "statmount", "listmount", "open_tree_attr"}

var denyNumbers = map[string]uint32{
	"add_key": unix.SYS_ADD_KEY, "bpf": unix.SYS_BPF, "capset": unix.SYS_CAPSET,
	"chroot": unix.SYS_CHROOT, "clone": unix.SYS_CLONE, "clone3": unix.SYS_CLONE3,
	"close_range": unix.SYS_CLOSE_RANGE, "copy_file_range": unix.SYS_COPY_FILE_RANGE,
	"execve": unix.SYS_EXECVE, "execveat": unix.SYS_EXECVEAT,
	"faccessat2": unix.SYS_FACCESSAT2, "fsconfig": unix.SYS_FSCONFIG,
	"fsmount": unix.SYS_FSMOUNT, "fsopen": unix.SYS_FSOPEN, "fspick": unix.SYS_FSPICK,
	"getrandom": unix.SYS_GETRANDOM, "ioctl": unix.SYS_IOCTL, "keyctl": unix.SYS_KEYCTL,
	"kill": unix.SYS_KILL, "listmount": unix.SYS_LISTMOUNT,
	"memfd_create": unix.SYS_MEMFD_CREATE, "mknodat": unix.SYS_MKNODAT,
	"mount": unix.SYS_MOUNT, "mount_setattr": unix.SYS_MOUNT_SETATTR,
	"move_mount": unix.SYS_MOVE_MOUNT, "open_tree": unix.SYS_OPEN_TREE,
	"open_tree_attr": unix.SYS_OPEN_TREE_ATTR, "openat2": unix.SYS_OPENAT2,
	"pidfd_getfd": unix.SYS_PIDFD_GETFD, "pidfd_open": unix.SYS_PIDFD_OPEN,
	"pidfd_send_signal": unix.SYS_PIDFD_SEND_SIGNAL, "pivot_root": unix.SYS_PIVOT_ROOT,
	"prctl": unix.SYS_PRCTL, "prlimit64": unix.SYS_PRLIMIT64,
	"process_madvise":   unix.SYS_PROCESS_MADVISE,
	"process_mrelease":  unix.SYS_PROCESS_MRELEASE,
	"process_vm_readv":  unix.SYS_PROCESS_VM_READV,
	"process_vm_writev": unix.SYS_PROCESS_VM_WRITEV, "ptrace": unix.SYS_PTRACE,
	"renameat2": unix.SYS_RENAMEAT2, "request_key": unix.SYS_REQUEST_KEY,
	"seccomp": unix.SYS_SECCOMP, "setdomainname": unix.SYS_SETDOMAINNAME,
	"setgroups": unix.SYS_SETGROUPS, "sethostname": unix.SYS_SETHOSTNAME,
	"setns": unix.SYS_SETNS, "setresgid": unix.SYS_SETRESGID,
	"setresuid": unix.SYS_SETRESUID, "setsid": unix.SYS_SETSID,
	"statmount": unix.SYS_STATMOUNT, "statx": unix.SYS_STATX,
	"umount2": unix.SYS_UMOUNT2, "unshare": unix.SYS_UNSHARE, "waitid": unix.SYS_WAITID,
}

// denyArguments says where a call has its flags, or the value that selects what it does.
var denyArguments = map[string]struct {
	arg   int
	match match
}{
	"clone": {0, anyBit}, "unshare": {0, anyBit}, "setns": {1, anyBit},
	"mount": {3, anyBit}, "umount2": {1, anyBit}, "open_tree": {2, anyBit},
	"move_mount": {4, anyBit}, "mount_setattr": {2, anyBit}, "execveat": {4, anyBit},
	"memfd_create": {1, anyBit}, "close_range": {2, anyBit},
	"prctl": {0, equal}, "ioctl": {1, equal}, "waitid": {0, equal},
}

var denyFlags = map[string]uint32{
	"CLONE_NEWNS": unix.CLONE_NEWNS, "CLONE_NEWUTS": unix.CLONE_NEWUTS,
	"CLONE_NEWIPC": unix.CLONE_NEWIPC, "CLONE_NEWUSER": unix.CLONE_NEWUSER,
	"CLONE_NEWPID": unix.CLONE_NEWPID, "CLONE_NEWNET": unix.CLONE_NEWNET,
	"CLONE_NEWCGROUP": unix.CLONE_NEWCGROUP, "CLONE_NEWTIME": unix.CLONE_NEWTIME,
	"CLONE_PARENT": unix.CLONE_PARENT, "CLONE_VFORK": unix.CLONE_VFORK,
	"CLONE_PIDFD": unix.CLONE_PIDFD,

	"MS_BIND": unix.MS_BIND, "MS_MOVE": unix.MS_MOVE, "MS_REMOUNT": unix.MS_REMOUNT,
	"MS_REC": unix.MS_REC, "MS_PRIVATE": unix.MS_PRIVATE, "MS_SLAVE": unix.MS_SLAVE,
	"MS_SHARED": unix.MS_SHARED, "MS_UNBINDABLE": unix.MS_UNBINDABLE,
	"MNT_DETACH": unix.MNT_DETACH, "MNT_FORCE": unix.MNT_FORCE, "MNT_EXPIRE": unix.MNT_EXPIRE,
	"OPEN_TREE_CLONE": unix.OPEN_TREE_CLONE, "AT_RECURSIVE": unix.AT_RECURSIVE,
	"AT_EMPTY_PATH": unix.AT_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH": unix.MOVE_MOUNT_F_EMPTY_PATH,
	"MFD_ALLOW_SEALING": unix.MFD_ALLOW_SEALING, "MFD_EXEC": unix.MFD_EXEC,
	"MFD_NOEXEC_SEAL": unix.MFD_NOEXEC_SEAL, "CLOSE_RANGE_CLOEXEC": unix.CLOSE_RANGE_CLOEXEC,
	"CLOSE_RANGE_UNSHARE": unix.CLOSE_RANGE_UNSHARE,

	"P_PIDFD": unix.P_PIDFD, "PR_CAP_AMBIENT": unix.PR_CAP_AMBIENT,
	"PR_SET_SECCOMP": unix.PR_SET_SECCOMP, "PR_SET_DUMPABLE": unix.PR_SET_DUMPABLE,
	"PR_SET_PDEATHSIG": unix.PR_SET_PDEATHSIG, "PR_SET_NO_NEW_PRIVS": unix.PR_SET_NO_NEW_PRIVS,
	"PR_SET_CHILD_SUBREAPER": unix.PR_SET_CHILD_SUBREAPER,
	"NS_GET_USERNS":          unix.NS_GET_USERNS, "NS_GET_PARENT": unix.NS_GET_PARENT,
	"NS_GET_NSTYPE": unix.NS_GET_NSTYPE, "NS_GET_OWNER_UID": unix.NS_GET_OWNER_UID,
	"NS_GET_MNTNS_ID": unix.NS_GET_MNTNS_ID, "TIOCGPTPEER": unix.TIOCGPTPEER,
}

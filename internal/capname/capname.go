//go:build linux

// Package capname is the names of the capabilities. It imports nothing of this
// project, so that both pkg/diag, which every package reports its errors with,
// and pkg/caps can use it.
package capname

import "strconv"

// Prefix is what every name begins with in capabilities(7).
const Prefix = "CAP_"

// Known are the names by number (linux/capability.h), without [Prefix]. The
// newest, CHECKPOINT_RESTORE, is of Linux 5.9.
var Known = [...]string{
	"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
	"SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
	"SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
	"SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
	"MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
	"CHECKPOINT_RESTORE",
}

// Name is the name of the capability with the number n: "CAP_SYS_ADMIN", or
// "CAP_41" for one that is newer than this package.
func Name(n int) string {
	if n >= 0 && n < len(Known) {
		return Prefix + Known[n]
	}
	return Prefix + strconv.Itoa(n)
}

//go:build linux

package diag

import (
	"strconv"
	"strings"
)

// capWords are the names of the capabilities by number (linux/capability.h),
// without "CAP_". It is here, and not taken from a package for capabilities,
// since such a package reports its own errors with this one.
const capWords = "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE " +
	"NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE " +
	"SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE " +
	"AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"

// capNames names the capabilities in set, three at most.
func capNames(set uint64) string {
	words := strings.Fields(capWords)
	var names []string
	for i := range 64 {
		switch {
		case set&(1<<i) == 0:
		case i < len(words):
			names = append(names, "CAP_"+words[i])
		default:
			names = append(names, "CAP_"+strconv.Itoa(i))
		}
	}
	return some(names)
}

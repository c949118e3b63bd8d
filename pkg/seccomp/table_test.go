//go:build linux

package seccomp_test

import (
	"testing"

	"nskit.dev/nskit/pkg/seccomp"
)

func TestActionString(t *testing.T) {
	for action, want := range map[seccomp.Action]string{
		seccomp.Allow: "ALLOW", seccomp.Log: "LOG", seccomp.Trap: "TRAP", seccomp.KillThread: "KILL_THREAD",
		seccomp.KillProcess: "KILL_PROCESS", eperm: "ERRNO(EPERM)", seccomp.Errno(999): "ERRNO(999)",
		seccomp.Trace(3): "TRACE(3)", 0x12345678: "0x12345678",
	} {
		if got := action.String(); got != want {
			t.Errorf("%#x: %q, want %q", uint32(action), got, want)
		}
	}
}

func TestTableOfSystemCalls(t *testing.T) {
	const x32 = seccomp.X32Bit
	rows := []struct {
		name string
		want [5]int64 // amd64, i386, x32, arm64, arm
	}{
		{"read", [5]int64{0, 3, x32, 63, 3}},
		{"execve", [5]int64{59, 11, x32 | 520, 221, 11}},
		{"pwritev2", [5]int64{328, 379, x32 | 547, 287, 393}},
		{"rt_sigaction", [5]int64{13, 174, x32 | 512, 134, 174}},
		{"waitid", [5]int64{247, 284, x32 | 529, 95, 280}},
		{"openat2", [5]int64{437, 437, x32 | 437, 437, 437}},
		{"uretprobe", [5]int64{335, -1, -1, -1, -1}},
		{"set_tls", [5]int64{-1, -1, -1, -1, 983045}},
		{"_llseek", [5]int64{-1, 140, -1, -1, 140}},
	}
	for _, row := range rows {
		if got, known := seccomp.Numbers(row.name); !known || got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
	for _, name := range []string{"syscall_mask", "arch_specific_syscall", "", "zzz"} {
		if _, known := seccomp.Numbers(name); known {
			t.Errorf("%q is in the table", name)
		}
	}
}

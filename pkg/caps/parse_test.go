//go:build linux

package caps

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

func TestParse(t *testing.T) {
	every := upTo(unix.CAP_LAST_CAP)
	rows := []struct {
		list string
		want Set
		why  string
	}{
		{"CAP_KILL", Of(unix.CAP_KILL), "the name as capabilities(7) has it"},
		{"KILL", Of(unix.CAP_KILL), "the name as Docker's options have it"},
		{"cap_kill", Of(unix.CAP_KILL), "the name as capsh prints it"},
		{"Net_Raw,KILL", Of(unix.CAP_KILL, unix.CAP_NET_RAW), "two"},
		{"KILL,KILL", Of(unix.CAP_KILL), "the same one twice"},
		{"ALL", every, "the word for every one"},
		{"all", every, "the word in small letters"},
		{"ALL,KILL", every, "every one, and one of them"},
		{"CHECKPOINT_RESTORE", Of(unix.CAP_CHECKPOINT_RESTORE), "the newest"},
	}
	for _, row := range rows {
		got, err := parse(row.list, unix.CAP_LAST_CAP)
		if err != nil || got != row.want {
			t.Errorf("%s: parse(%q) = %v, %v, want %v", row.why, row.list, got, err, row.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	rows := []struct{ list, want, why string }{
		{"", "the name of a capability is empty", "no name"},
		{"KILL,", "the name of a capability is empty", "a comma at the end"},
		{"NET_ADMN", "there is no capability NET_ADMN; near: NET_ADMIN", "a typing error"},
		{"cap_net_admn", "there is no capability cap_net_admn; near: NET_ADMIN", "one in a long name"},
		{"SYS_", "there is no capability SYS_; near: SYS_MODULE, SYS_RAWIO, SYS_CHROOT", "a beginning: three at most"},
		{"FROB", "there is no capability FROB", "nothing like it"},
		{"12", "there is no capability 12", "a number"},
		{"KI LL", `there is no capability "KI LL"; near: KILL`, "a blank"},
		{"\x1b[31m", `there is no capability "\x1b[31m"`, "what would act on a terminal"},
		{"CAP_ALL", "there is no capability CAP_ALL", "ALL is no capability"},
	}
	for _, row := range rows {
		_, err := parse(row.list, unix.CAP_LAST_CAP)
		if !diag.IsUsage(err) || err.Error() != row.want {
			t.Errorf("%s: parse(%q): %v, want %q", row.why, row.list, err, row.want)
		}
	}
}

func TestCapabilityNewerThanTheKernel(t *testing.T) {
	const linux57 = unix.CAP_AUDIT_READ
	got, err := parse("ALL", linux57)
	if err != nil || got != 1<<38-1 {
		t.Errorf("ALL before Linux 5.8 is %v, %v", got, err)
	}
	for name, since := range map[string]string{
		"BPF": "5.8", "PERFMON": "5.8", "CHECKPOINT_RESTORE": "5.9", "AUDIT_READ": "3.16", "BLOCK_SUSPEND": "3.5",
	} {
		_, err := parse("KILL,"+name, unix.CAP_WAKE_ALARM)
		if !errors.Is(err, diag.ErrUnsupported) || !strings.Contains(err.Error(), "CAP_"+name+" need Linux "+since) {
			t.Errorf("%s by name on an old kernel: %v", name, err)
		}
	}
}

func TestCapabilityNewerThanThisPackage(t *testing.T) {
	s, err := parse("ALL", 42)
	if err != nil || !strings.HasSuffix(s.String(), ",CAP_CHECKPOINT_RESTORE,CAP_41,CAP_42") {
		t.Errorf("ALL on a newer kernel is %v, %v", s, err)
	}
}

func TestLastOf(t *testing.T) {
	for _, want := range []int{0, 35, 39, 40, 41, 63} {
		asked := 0
		got := lastOf(func(n int) bool { asked++; return n <= want })
		if got != want {
			t.Errorf("lastOf finds %d, want %d", got, want)
		}
		if want == unix.CAP_LAST_CAP && asked != 2 {
			t.Errorf("asked the kernel %d times on the most common one", asked)
		}
	}
}

func TestLastIsWhatTheKernelSays(t *testing.T) {
	text, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		t.Fatal(err)
	}
	want, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || Last() != want {
		t.Errorf("Last() = %d, the kernel says %d, %v", Last(), want, err)
	}
}

func TestString(t *testing.T) {
	for set, want := range map[Set]string{
		0: "none", 1: "CAP_CHOWN", Of(unix.CAP_KILL, unix.CAP_CHOWN): "CAP_CHOWN,CAP_KILL", 1 << 63: "CAP_63",
	} {
		if got := set.String(); got != want {
			t.Errorf("Set(%#x).String() = %q, want %q", uint64(set), got, want)
		}
	}
}

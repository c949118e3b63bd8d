//go:build linux

package nsjoin_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// Who the command is and what it may do, as the options say, in a container whose own
// capabilities are fewer than the caller's.
func TestIdentityAndCapabilities(t *testing.T) {
	root.require(t)
	target := nstest.RunC(t).PID
	theirs := capabilities(t, statusOf(t, target), "CapEff")
	const kill, ptrace = 1 << 5, 1 << 19
	for _, row := range []struct {
		options               string
		uid, gid, groups      string
		effective, ambient    uint64
		newPrivileges, filter string
	}{
		{"", "0", "0", "", theirs, 0, "", "0"},
		{"-S 5", "5", "0", "", 0, 0, "", "0"},
		{"-S root -G root", "0", "0", "", theirs, 0, "", "0"},
		{"-S 5 -G 6", "5", "6", "", 0, 0, "", "0"},
		{"-S 5 -G 6 --groups 7,8", "5", "6", "7 8", 0, 0, "", "0"},
		{"--groups 9", "0", "0", "9", theirs, 0, "", "0"},
		{"--cap-drop ALL --cap-add KILL", "0", "0", "", kill, 0, "", "0"},
		{"-S 5 --cap-drop ALL --cap-add KILL", "5", "0", "", kill, kill, "", "0"},
		{"--net --root --cap-drop KILL", "0", "0", "", theirs &^ kill, 0, "", "0"},
		{"--net --root --seccomp default", "0", "0", "", theirs, 0, "1", "2"},
		{"--cap-drop KILL", "0", "0", "", theirs &^ kill, 0, "", "0"},
		{"--cap-add SYS_PTRACE", "0", "0", "", theirs | ptrace, 0, "", "0"},
		{"--no-new-privs", "0", "0", "", theirs, 0, "1", "0"},
		{"--seccomp default", "0", "0", "", theirs, 0, "1", "2"},
		{"--seccomp none", "0", "0", "", theirs, 0, "", "0"},
	} {
		t.Run(row.options, func(t *testing.T) {
			text := joinedStatus(t, root, target, strings.Fields(row.options)...)
			for field, want := range map[string]string{"Uid": row.uid, "Gid": row.gid} {
				if got := strings.Fields(status(text, field)); len(got) != 4 || strings.Join(got, " ") != strings.Join([]string{want, want, want, want}, " ") {
					t.Errorf("%s is %v, want %s four times", field, got, want)
				}
			}
			if got := strings.TrimSpace(status(text, "Groups")); got != row.groups {
				t.Errorf("groups %q, want %q", got, row.groups)
			}
			for set, want := range map[string]uint64{"CapEff": row.effective, "CapAmb": row.ambient, "CapInh": row.ambient} {
				if got := capabilities(t, text, set); got != want {
					t.Errorf("%s is %#x, want %#x", set, got, want)
				}
			}
			if got := status(text, "NoNewPrivs"); row.newPrivileges != "" && got != row.newPrivileges {
				t.Errorf("NoNewPrivs is %s, want %s", got, row.newPrivileges)
			}
			if got := status(text, "Seccomp"); got != row.filter {
				t.Errorf("Seccomp is %s, want %s", got, row.filter)
			}
		})
	}
}

// A name is that of the container's passwd, and nothing in it can do harm to the look-up.
func TestNamesOfTheTarget(t *testing.T) {
	root.require(t)
	target := plainContainer(t, root)
	for options, want := range map[string]string{
		"-S nobody-at-all":     "there is no user nobody-at-all in /etc/passwd",
		"-G nobody-at-all":     "there is no group nobody-at-all in /etc/group",
		"-S 01":                "option --setuid: 01 is neither an id, a decimal number from 0 to 4294967294, nor a name",
		"--groups 1,,2":        "option --groups: ",
		"--cap-add NOPE":       "option --cap-add: there is no capability NOPE",
		"--seccomp no-such":    "read the seccomp profile no-such: ",
		"--seccomp /dev/null":  "seccomp profile /dev/null:1:1: ",
		"--caps 1:2":           "option --caps: 1:2 is not three sets of capabilities",
		"--seccomp-fd 3":       "load the seccomp filter: ",
		"-S 4294967295":        "option --setuid: 4294967295 is neither an id",
		"--groups 65536000001": "option --groups: ",
	} {
		args := append([]string{"-t", strconv.Itoa(target)}, append(strings.Fields(options), "true")...)
		if r := join(t, root, args...); r.Code != 125 || !strings.HasPrefix(r.Stderr, "nsjoin: "+want) {
			t.Errorf("%s: exit status %d\n%swant nsjoin: %s", options, r.Code, r.Stderr, want)
		}
	}
}

// What only Go can work out is explained too, in the order in which it is done.
func TestExplainOfIdentity(t *testing.T) {
	root.require(t)
	target := plainContainer(t, root)
	r := join(t, root, "-t", strconv.Itoa(target), "--explain", "-S", "5", "-G", "6", "--groups", "7", "--cap-drop", "ALL", "--no-new-privs", "true")
	rest := well(t, r)
	for _, want := range []string{"setns(", "setgroups({7})", "setresgid(6, 6, 6)", "setresuid(5, 5, 5)", "0:0:0", "PR_SET_NO_NEW_PRIVS", "execve("} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %s, or not in its place, in\n%s", want, fmt.Sprint(r.Stdout))
		}
		rest = after
	}
}

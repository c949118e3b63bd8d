//go:build linux

package privileges_test

import (
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// What the command has it can use, and nothing else. In namespaces of its own port 80 is free,
// and capabilities of its user namespace count. A chown is tried where all ids are mapped.
func TestOneCapabilityIsWhatTheCommandCanUse(t *testing.T) {
	setUp(t)
	file := write(t, "file", "x\n")
	for _, row := range []struct {
		caller        caller
		options, file string
	}{
		{root, "--net --uts", file},
		{root, "--net --uts -S 1000 -G 1000", file},
		{root, "--net --uts -r", ""},
		{user, "--net --uts -r", ""},
		{user, "--net --uts -c", ""},
	} {
		t.Run(row.caller.name+" "+row.options, func(t *testing.T) {
			for _, try := range []struct{ options, bind, chown, sethostname string }{
				{" --cap-drop ALL --cap-add NET_BIND_SERVICE", "ok", "EPERM", "EPERM"},
				{" --cap-drop ALL --cap-add SYS_ADMIN", "EACCES", "EPERM", "ok"},
				{" --cap-drop ALL --cap-add CHOWN", "EACCES", "ok", "EPERM"},
				{" --cap-drop ALL", "EACCES", "EPERM", "EPERM"},
			} {
				want := "bind: " + try.bind + "\nsethostname: " + try.sethostname + "\n"
				if row.file != "" {
					want += "chown: " + try.chown + "\n"
				}
				r := row.caller.run(t, row.options+try.options, helper(t), powerArg, row.file)
				if got := mustRun(t, r); got != want {
					t.Errorf("%s: got\n%swant\n%s", try.options, got, want)
				}
			}
		})
	}
}

// CVE-2022-24769 (moby, podman): inheritable capabilities of the caller became permitted ones
// of a program with inheritable file capabilities.
func TestInheritableCapabilitiesAreNotHandedOn(t *testing.T) {
	setUp(t)
	c := root.setpriv(t, "--inh-caps", "+chown,+net_raw,+kill", "--ambient-caps", "+chown,+net_raw")
	for _, options := range []string{
		"", "--fork", "--uts --pid --mnt", "-S 1000", "-r", "--cap-drop KILL", "--cap-drop ALL", "--harden", "--no-new-privs",
		"--seccomp default",
	} {
		got := c.status(t, options).sets(t)
		if got[3] != 0 || got[4] != 0 {
			t.Errorf("%q: inheritable %x, ambient %x, want none", options, got[3], got[4])
		}
	}
	got := c.status(t, "-S 1000 --cap-add KILL").sets(t)
	if got[3] != kill || got[4] != kill {
		t.Errorf("inheritable %x, ambient %x, want CAP_KILL alone", got[3], got[4])
	}
}

// --keep-caps is what unshare(1) has under that name.
func TestKeepCapsIsThatOfUnshare(t *testing.T) {
	setUp(t)
	unshare := nstest.RequireCommand(t, "unshare")
	for _, c := range []caller{root, user} {
		for _, options := range []string{"-c", "-r", "-c --fork --pid", "-r --uts"} {
			args := append(append([]string{unshare}, strings.Fields(options)...), "--keep-caps", "cat", "/proc/self/status")
			want := parseStatus(mustRun(t, nstest.Exec(t, c.command(args...)))).sets(t)
			if got := c.status(t, options+" --keep-caps").sets(t); got != want {
				t.Errorf("%s, %s: %x, with unshare %x", c.name, options, got, want)
			}
		}
	}
}

// After no_new_privs a set-user-ID program gives nothing.
func TestNoNewPrivs(t *testing.T) {
	setUp(t)
	dir := nstest.TempDir(t)
	suid := filepath.Join(dir, "suid")
	copyFile(t, nstest.RequireCommand(t, "id"), suid, 0o4755)
	for _, row := range []struct{ options, nnp, uid string }{
		{"", "0", "0"},
		{"--no-new-privs", "1", "54321"},
		{"--no-new-privs=on", "1", "54321"},
		{"--no-new-privs=off", "0", "0"},
		{"--no-new-privs --no-new-privs=off", "0", "0"},
		{"--seccomp default", "1", "54321"},
		{"--seccomp none", "0", "0"},
	} {
		user.status(t, row.options).want(t, "NoNewPrivs", row.nnp)
		if got := strings.TrimSpace(mustRun(t, user.run(t, row.options, suid, "-u"))); got != row.uid {
			t.Errorf("%q: the set-user-ID program has uid %s, want %s", row.options, got, row.uid)
		}
	}
	for _, row := range []struct{ options, nnp string }{
		{"", "0"}, {"--no-new-privs", "1"}, {"--seccomp default", "0"}, {"--seccomp default -S 1000", "1"},
		{"--seccomp default --cap-drop SYS_ADMIN", "1"}, {"--seccomp default -S 1000 --keep-caps", "0"},
		{"--harden --cap-add SYS_ADMIN --no-new-privs=off", "0"},
	} {
		root.status(t, row.options).want(t, "NoNewPrivs", row.nnp)
	}
	// A caller that has it cannot give it back.
	root.setpriv(t, "--no-new-privs").status(t, "--no-new-privs=off").want(t, "NoNewPrivs", "1")
}

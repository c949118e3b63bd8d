//go:build linux

package privileges_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// wrongWords are options that no caller may give, and what is said of them.
var wrongWords = [...]struct{ option, line string }{
	{"--cap-add=SYS_AMDIN", "option --cap-add: there is no capability SYS_AMDIN; near: SYS_ADMIN"},
	{"--cap-add=NET_BIND", "option --cap-add: there is no capability NET_BIND; near: NET_BIND_SERVICE"},
	{"--cap-drop=kil", "option --cap-drop: there is no capability kil; near: KILL"},
	{"--cap-drop=CAP_CHWON", "option --cap-drop: there is no capability CAP_CHWON; near: CHOWN"},
	{"--cap-drop=", "option --cap-drop: LIST|ALL is empty"},
	{"--cap-drop=KILL,", "option --cap-drop: the name of a capability is empty"},
	{"--cap-add=,KILL", "option --cap-add: the name of a capability is empty"},
	{"--cap-add=KILL KILL", `option --cap-add: there is no capability "KILL KILL"`},
	{"--cap-add=CAP_99", "option --cap-add: there is no capability CAP_99"},
	{"--cap-add=0", "option --cap-add: there is no capability 0"},
	{"--cap-add=CAP_ALL", "option --cap-add: there is no capability CAP_ALL"},
	{"--cap-add=+KILL", "option --cap-add: there is no capability +KILL; near: KILL"},
	{"--cap-drop=\x1b[2J", `option --cap-drop: there is no capability "\x1b[2J"`},
	{"--cap-drop=KILL,ALL,NOTHING", "option --cap-drop: there is no capability NOTHING"},
	{"--no-new-privs=", `option --no-new-privs: "" is not one of on, off`},
	{"--no-new-privs=yes", "option --no-new-privs: yes is not one of on, off"},
	{"--no-new-privs=ON", "option --no-new-privs: ON is not one of on, off"},
	{"--new-session=1", "option --new-session: 1 is not one of on, off"},
	{"--new-session=", `option --new-session: "" is not one of on, off`},
	{"--harden=off", "option --harden takes no argument"},
	{"--keep-caps=on", "option --keep-caps takes no argument"},
	{"--seccomp=", "option --seccomp: default|none|FILE is empty"},
}

// A wrong word is told before anything is created, and what stands behind it does not run.
func TestWrongWords(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, row := range wrongWords {
			for _, before := range []string{"", "--uts --pid", "-r"} {
				cmd := c.nsrun(t, append(strings.Fields(before), row.option, "echo", "ran")...)
				mustFail(t, nstest.Exec(t, cmd), row.line)
			}
		}
	})
}

// What is wrong with a file is said with its name, and for a profile with the place in it.
func TestWrongProfiles(t *testing.T) {
	setUp(t)
	dir := nstest.TempDir(t)
	must(t, os.Mkdir(filepath.Join(dir, "d"), 0o755))
	write(t, dir+"/secret", rules())
	must(t, os.Chmod(dir+"/secret", 0o600))
	must(t, os.Symlink("loop", dir+"/loop"))
	for name, text := range map[string]string{
		"empty": "", "list": "[]", "half": `{"defaultAction": `, "unknown": "{\"defaultAction\": \"SCMP_ACT_ALLOW\",\n\t\"syscals\": []}",
		"action": "{\n \"defaultAction\": \"SCMP_ACT_ALOW\"}", "twice": "{\"defaultAction\": \"SCMP_ACT_LOG\", \"defaultAction\": \"SCMP_ACT_LOG\"}",
		"agent": `{"defaultAction": "SCMP_ACT_NOTIFY"}`, "op": rules(rule("kill", "ERRNO", `, "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQL"}]`)),
		"escape": `{"defaultAction": "\u001b[31m"}`, "large": strings.Repeat(" ", 1<<20+1), "bytes": "\x7fELF\x02\x01\x01\x00",
	} {
		write(t, dir+"/"+name, text)
	}
	for _, row := range []struct{ file, line string }{
		{"missing", `read the seccomp profile missing: open("missing"): no such file or directory (ENOENT)`},
		{"defualt", `read the seccomp profile defualt: open("defualt"): no such file or directory (ENOENT)`},
		{"d", `read the seccomp profile d: read("d"): is a directory (EISDIR)`},
		{"empty/x", `read the seccomp profile empty/x: open("empty/x"): not a directory (ENOTDIR)`},
		{"loop", `read the seccomp profile loop: open("loop"): too many levels of symbolic links (ELOOP)`},
		{"\x1b[2J", `read the seccomp profile "\x1b[2J": open("\x1b[2J"): no such file or directory (ENOENT)`},
		{"/dev/zero", "seccomp profile /dev/zero: it is larger than 1 MiB"},
		{"large", "seccomp profile large: it is larger than 1 MiB"},
		{"/dev/null", "seccomp profile /dev/null:1:1: the text ends where an object {...} is expected"},
		{"empty", "seccomp profile empty:1:1: the text ends where an object {...} is expected"},
		{"list", "seccomp profile list:1:1: an object {...} is expected here"},
		{"half", "seccomp profile half:1:19: defaultAction: the text ends where a name, in double quotes, is expected"},
		{"unknown", "seccomp profile unknown:2:2: syscals: there is no field syscals; near: syscalls"},
		{"action", "seccomp profile action:2:19: defaultAction: there is no action SCMP_ACT_ALOW; near: SCMP_ACT_LOG, SCMP_ACT_ALLOW"},
		{"twice", "seccomp profile twice:1:35: defaultAction: this field is there twice"},
		{"agent", "seccomp profile agent:1:19: defaultAction: SCMP_ACT_NOTIFY needs an agent that answers, which this program does not have"},
		{"op", "seccomp profile op:1:138: syscalls[0].args[0].op: there is no operator SCMP_CMP_EQL; near: SCMP_CMP_EQ"},
		{"escape", `seccomp profile escape:1:19: defaultAction: there is no action "\x1b[31m"`},
		{"bytes", "seccomp profile bytes:1:1: an object {...} is expected here"},
	} {
		for _, c := range []caller{root, user} {
			for _, before := range []string{"", "--uts --pid --mnt", "--explain"} {
				cmd := c.nsrun(t, append(strings.Fields(before), "--seccomp", row.file, "echo", "ran")...)
				cmd.Dir = dir
				mustFail(t, nstest.Exec(t, cmd), row.line)
			}
		}
	}
	cmd := user.nsrun(t, "--seccomp=secret", "echo", "ran")
	cmd.Dir = dir
	mustFail(t, nstest.Exec(t, cmd), `read the seccomp profile secret: open("secret"): permission denied (EACCES)`)
}

const (
	lacks = "the caller does not have it: run it as root, or in a user namespace of your own (nsrun --map-root-user, nsjoin --user)"
	drop  = "that takes CAP_SETPCAP: run it as root, add --map-root-user, or add --no-new-privs, with which the bounding set has no meaning"
)

// What the caller may not give or take away is refused; nothing runs with more or with less.
func TestWhatTheCallerLacks(t *testing.T) {
	setUp(t)
	poor := root.setpriv(t, "--bounding-set=-sys_admin,-kill")
	for _, row := range []struct {
		caller  caller
		options string
		lines   []string
	}{
		{user, "--cap-add KILL", []string{"give the command CAP_KILL: operation not permitted (EPERM)", lacks}},
		{user, "--harden --cap-add KILL", []string{"give the command CAP_KILL: operation not permitted (EPERM)", lacks}},
		{user, "--cap-drop ALL", []string{"take capabilities out of the bounding set: prctl(PR_CAPBSET_DROP): operation not permitted (EPERM)", drop}},
		{poor, "--cap-add SYS_ADMIN", []string{"give the command CAP_SYS_ADMIN: operation not permitted (EPERM)", lacks}},
		{poor, "--cap-add ALL,KILL", []string{"give the command CAP_KILL: operation not permitted (EPERM)", lacks}},
		{poor, "-S 1000 --cap-add KILL --cap-drop ALL", []string{"give the command CAP_KILL: operation not permitted (EPERM)", lacks}},
		{user, "--seccomp default --no-new-privs=off", []string{"--no-new-privs=off and a seccomp filter need CAP_SYS_ADMIN, which the caller lacks"}},
		{poor, "--seccomp default --no-new-privs=off", []string{"--no-new-privs=off and a seccomp filter need CAP_SYS_ADMIN, which the caller lacks"}},
	} {
		mustFail(t, row.caller.run(t, row.options, "echo", "ran"), row.lines...)
		mustFail(t, row.caller.run(t, "--explain "+row.options, "echo", "ran"), row.lines...)
	}
	// ALL is all that the caller has, and a filter makes do without CAP_SYS_ADMIN.
	full := root.status(t, "").sets(t)[0]
	got := poor.status(t, "--cap-add ALL --seccomp default")
	got.want(t, "NoNewPrivs", "1", "Seccomp", "2")
	if want := full &^ (admin | 1<<unix.CAP_KILL); got.sets(t)[1] != want {
		t.Errorf("permitted are %x, want %x", got.sets(t)[1], want)
	}
	for _, options := range []string{"--no-new-privs --cap-drop ALL", "--harden"} {
		if got := user.status(t, options).sets(t); got[1]|got[2]|got[3]|got[4] != 0 {
			t.Errorf("%s: the plain user's command has %x", options, got)
		}
	}
}

//go:build linux

package privileges_test

import (
	"regexp"
	"strings"
	"testing"
)

// steps are the calls of an explanation, without their numbers and without the shell's words.
func steps(t *testing.T, c caller, options string) []string {
	t.Helper()
	numbered := regexp.MustCompile(`^ *[0-9]+\. (.*)$`)
	var calls []string
	for line := range strings.Lines(mustRun(t, c.run(t, "--explain "+options, "true"))) {
		if found := numbered.FindStringSubmatch(strings.TrimRight(line, "\n")); found != nil {
			calls = append(calls, found[1])
		}
	}
	return calls
}

// --explain names what is done to the command, in its order.
func TestExplain(t *testing.T) {
	setUp(t)
	const (
		run     = `execve("true", ["true"])`
		nnp     = "prctl(PR_SET_NO_NEW_PRIVS, 1)"
		filter  = "seccomp(SECCOMP_SET_MODE_FILTER, 0, {len="
		one     = "prctl(PR_CAPBSET_DROP, ...)  /* all but CAP_KILL */"
		set     = "capset({permitted=effective=CAP_KILL, inheritable="
		dropAll = "--cap-drop ALL --cap-add KILL "
	)
	for _, row := range []struct {
		options string
		want    []string // beginnings
	}{
		{"", []string{run}},
		{"--no-new-privs", []string{nnp, run}},
		{"--no-new-privs=off", []string{run}},
		{"--seccomp none", []string{run}},
		{"--seccomp default", []string{filter, run}},
		{"-S 1000 --seccomp default", []string{"setresuid(1000, 1000, 1000)", nnp, filter, run}},
		{"--cap-drop SYS_ADMIN --seccomp default", []string{"prctl(PR_CAPBSET_DROP, ", "capset(", nnp, filter, run}},
		{"--uts --pid --harden --no-new-privs=off", []string{"clone3(", "prctl(PR_SET_PDEATHSIG, ", "setsid()", filter, "prctl(PR_CAPBSET_DROP, ", "capset(", run}},
		{dropAll, []string{one, set + "none})", run}},
		{dropAll + "-S 5", []string{one, "prctl(PR_SET_KEEPCAPS, 1)", "setresuid(5, 5, 5)", set + "CAP_KILL})",
			"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, ...)  /* CAP_KILL */", run}},
		{dropAll + "-S 5 -G 6", []string{one, "prctl(PR_SET_KEEPCAPS, 1)", "setgroups(0, NULL)", "setresgid(6, 6, 6)", "setresuid(5, 5, 5)",
			set, "prctl(PR_CAP_AMBIENT", run}},
		{dropAll + "--keep-caps", []string{one, "prctl(PR_SET_KEEPCAPS, 1)", set + "CAP_KILL})", "prctl(PR_CAP_AMBIENT", run}},
		{"-G 6 --groups 7,8", []string{"setgroups({7,8})", "setresgid(6, 6, 6)", run}},
		{"-r " + dropAll, []string{"unshare(CLONE_NEWUSER)", "write(", "write(", "write(", one, set, run}},
	} {
		for _, c := range []caller{root, user} {
			if c.user && !strings.HasPrefix(row.options, "-r ") {
				continue
			}
			got := steps(t, c, row.options)
			same := len(got) == len(row.want)
			for i := 0; same && i < len(got); i++ {
				same = strings.HasPrefix(got[i], row.want[i])
			}
			if !same {
				t.Errorf("%s %q:\n%s\nwant\n%s", c.name, row.options, strings.Join(got, "\n"), strings.Join(row.want, "\n"))
			}
		}
	}
}

// A command in a session of its own is a child: a process that leads its group cannot make one.
func TestExplainNewSessionForks(t *testing.T) {
	setUp(t)
	for _, options := range []string{"--new-session", "--harden"} {
		if got := steps(t, root, options); !strings.HasPrefix(got[0], "clone3(") {
			t.Errorf("%s: no clone3 comes first:\n%s", options, strings.Join(got, "\n"))
		}
	}
}

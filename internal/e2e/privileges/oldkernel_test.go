//go:build linux

package privileges_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// On an old kernel what it has is done, and what it has not is an error that names the release.
func TestOldKernel(t *testing.T) {
	setUp(t)
	old, noAmbient := root, root
	old.before = nstest.OldKernel(t)
	noAmbient.before = nstest.Deny(t, unix.EINVAL, "prctl:PR_CAP_AMBIENT")
	flags := write(t, "flags.json", `{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"], "syscalls": [`+rule("mkdir", "ERRNO", "")+"]}")
	for _, row := range []struct {
		caller         caller
		options, since string // since is empty where it works
	}{
		{old, "", ""},
		{old, "--cap-drop KILL", ""},
		{old, "--cap-drop ALL --cap-add NET_BIND_SERVICE", ""},
		{old, "--cap-drop ALL -S 1000", ""},
		{old, "--no-new-privs", ""},
		{old, "--seccomp default", ""},
		{old, "--harden", ""},
		{old, "--seccomp " + flags, "3.17"},
		{old, "--keep-caps", "4.3"},
		{old, "-S 1000 --cap-add KILL", "4.3"},
		{noAmbient, "-c --cap-drop KILL", ""},
		{noAmbient, "-S 1000 --cap-drop ALL --cap-add KILL", "4.3"},
		{noAmbient, "-S 1000 --harden --cap-add KILL", "4.3"},
	} {
		r := row.caller.run(t, row.options, "echo", "ran")
		switch {
		case row.since == "" && (r.Code != 0 || r.Stdout != "ran\n" || r.Stderr != ""):
			t.Errorf("%s: %+v", row.options, r)
		case row.since != "" && (r.Code != 125 || r.Stdout != "" || !strings.Contains(r.Stderr, row.since)):
			t.Errorf("%s: %+v, want status 125 and Linux %s named", row.options, r, row.since)
		}
	}
}

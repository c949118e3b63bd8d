//go:build linux

package privileges_test

import (
	"strings"
	"testing"
)

// answers is what ask printed, by name.
func answers(t *testing.T, text string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for line := range strings.Lines(text) {
		name, word, _ := strings.Cut(strings.TrimSpace(line), ": ")
		all[name] = word
	}
	if len(all) != len(asked) {
		t.Fatalf("%d answers, want %d:\n%s", len(all), len(asked), text)
	}
	return all
}

// refusedByDefault are those that Docker's profile refuses without CAP_SYS_ADMIN, and that the
// kernel, asked this way, would answer otherwise.
var refusedByDefault = map[string]string{
	"add_key": "EPERM", "bpf": "EPERM", "clone in a user namespace": "EPERM", "clone3": "ENOSYS", "get_mempolicy": "EPERM", "kcmp": "EPERM", "keyctl": "EPERM", "mbind": "EPERM", "mount": "EPERM",
	"personality without random addresses": "EPERM", "request_key": "EPERM", "setns": "EPERM", "socket AF_ALG": "EPERM",
	"socket AF_VSOCK": "EPERM", "unshare": "EPERM", "userfaultfd": "EPERM", "io_uring_setup": "EPERM",
}

// The filter refuses these, and leaves others to the kernel.
func TestDefaultProfileRefuses(t *testing.T) {
	setUp(t)
	for _, row := range []struct {
		caller  caller
		options string
	}{
		{root, "--harden"}, {root, "--harden -S 1000"}, {root, "--uts --pid --mnt --harden"},
		{user, "-r --harden"}, {user, "-c --harden"},
	} {
		program := helper(t)
		with := answers(t, mustRun(t, row.caller.run(t, row.options, program, askArg)))
		without := answers(t, mustRun(t, row.caller.run(t, row.options+" --seccomp none", program, askArg)))
		for name, want := range refusedByDefault {
			if with[name] != want {
				t.Errorf("%s %s: %s: %s, want %s", row.caller.name, row.options, name, with[name], want)
			}
			if without[name] == want {
				t.Errorf("%s %s: %s: %s without the filter too", row.caller.name, row.options, name, want)
			}
		}
		for name, word := range with {
			if refusedByDefault[name] == "" && word != "EPERM" && word != without[name] {
				t.Errorf("%s %s: %s: %s, without the filter %s", row.caller.name, row.options, name, word, without[name])
			}
		}
	}
}

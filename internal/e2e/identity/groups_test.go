//go:build linux

package identity_test

import "testing"

// Supplementary groups: CVE-2022-2989 and its like, where they were kept, and CVE-2014-8989,
// why they cannot be dropped everywhere.
func TestSupplementaryGroups(t *testing.T) {
	const show = "grep ^Groups: /proc/self/status; cat /proc/self/setgroups"
	onHost(t, func(t *testing.T) {
		for _, row := range []struct {
			why     string
			caller  caller
			options string
			want    string
		}{
			{"-G drops them", root, "-G 3", "Groups: allow"},
			{"-G drops them", root, "-S 3 -G 3", "Groups: allow"},
			{"-S is the uid alone", root, "-S 3", "Groups: 7 8 allow"},
			{"--groups replaces them", root, "-S 3 -G 3 --groups 9,4", "Groups: 4 9 allow"},
			{"--groups replaces them without -G", root, "--groups 9,4", "Groups: 4 9 allow"},
			{"root drops them before the user namespace exists", root, "-r -G 0", "Groups: deny"},
			{"root drops them before the user namespace exists", root, "--map-users 100:200:1 --map-groups 100:200:1 --setgroups deny -S 100 -G 100", "Groups: deny"},
			{"without -G they stay", root, "-r", "Groups: 65534 65534 deny"},
			{"-G drops them inside", root, "--map-auto -S 5 -G 5", "Groups: allow"},
			{"--groups of the map", root, "--map-auto -G 5 --groups 6,65535", "Groups: 6 65535 allow"},
			{"--owner has none", root, "--owner 54321:54321 --map-users 0:54321:1 --map-groups 0:54321:1", "Groups: allow"},
			{"the kernel lets no user drop groups with a map of its own group", user, "-r -G 0", "Groups: 65534 65534 deny"},
			{"they can be dropped with subordinate ids", user, "--map-auto -r -G 0", "Groups: allow"},
			{"they can be dropped in a small map", user, "--map-users 100:100000:1 --map-groups 100:200000:1 -S 100 -G 100", "Groups: allow"},
			{"--groups in a small map", user, "--map-users 100:100000:1 --map-groups 100:200000:5 -S 100 -G 100 --groups 101,104", "Groups: 101 104 allow"},
			{"--groups replaces them", user, "--map-auto -r --groups 4,9", "Groups: 4 9 allow"},
			{"denied, they stay", user, "--map-auto -r -G 0 --setgroups deny", "Groups: 65534 65534 deny"},
		} {
			t.Run(row.why+", "+row.options+" "+row.caller.name, func(t *testing.T) {
				row.caller.with(7, 8).prints(t, row.options, show, row.want)
			})
		}
	})
}

// What cannot be is said with its reason, and the command does not run.
func TestIDsThatCannotBeSet(t *testing.T) {
	onHost(t, func(t *testing.T) {
		for _, row := range []struct {
			why     string
			caller  caller
			options string
			hint    string // words of it
		}{
			{"setgroups is denied by the map", user, "-r --groups 0", "this user namespace forbids it"},
			{"setgroups is denied by an option", user, "--map-auto -r --setgroups deny --groups 5", "--setgroups"},
			{"setgroups is denied by the map", root, "-r --groups 0", "this user namespace forbids it"},
			{"no user namespace", user, "--groups 5", "CAP_SETGID"},
			{"no user namespace", user, "-S 5", "CAP_SETUID"},
			{"no user namespace", user, "-G 5", "CAP_SETGID"},
			{"a uid without a map", user, "-r -S 5", "map"},
			{"a gid without a map", root, "-r -G 5", "map"},
			{"a uid behind the map", user, "--map-auto -r -S 65537", "map"},
			{"a group without a map", user, "--map-auto -r --groups 5,99999", "map"},
			{"--owner by a user", user, "--owner 0:0 -r", "root"},
		} {
			t.Run(row.why+", "+row.options+" "+row.caller.name, func(t *testing.T) {
				r := row.caller.with(7, 8).run(t, append(split(row.options), "echo", "the command runs")...)
				if r.Code != 125 || r.Stdout != "" || !contains(r.Stderr, "\nnsrun: hint: ", row.hint) {
					t.Errorf("status %d, stdout %q, want a hint with %q:\n%s", r.Code, r.Stdout, row.hint, r.Stderr)
				}
			})
		}
		noneRuns(t)
	})
}

//go:build linux

package nsrun_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestIDMaps(t *testing.T) {
	const show = `id -u; id -g; read a b c </proc/self/uid_map; echo $a $b $c; read a b c </proc/self/gid_map; echo $a $b $c; cat /proc/self/setgroups`
	for _, row := range []struct {
		name    string
		options string
		inside  func(id int) int
	}{
		{"--map-root-user", "--map-root-user", func(int) int { return 0 }},
		{"-r", "-r", func(int) int { return 0 }},
		{"--user -r", "--user -r", func(int) int { return 0 }},
		{"--map-current-user", "--map-current-user", func(id int) int { return id }},
		{"-c", "-c", func(id int) int { return id }},
		{"of -r and -c the last counts", "-cr", func(int) int { return 0 }},
		{"of -c and -r the last counts", "-rc", func(id int) int { return id }},
		{"with --fork", "-cf", func(id int) int { return id }},
		{"with a PID namespace", "-cp", func(id int) int { return id }},
		{"with a mount namespace", "-cm", func(id int) int { return id }},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				id := c.uid()
				in := row.inside(id)
				want := fmt.Sprintf("%d\n%d\n%d %d 1\n%d %d 1\ndeny\n", in, in, in, id, in, id)
				mustPrint(t, c.run(t, append(strings.Fields(row.options), "sh", "-c", show)...), want)
			})
		})
	}
}

// As with unshare(1): --user alone maps nothing, and an id without a map is 65534.
func TestUserWithoutMap(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		mustPrint(t, c.run(t, "--user", "sh", "-c", "id -u; id -g; cat /proc/self/uid_map"), "65534\n65534\n")
	})
}

// A plain user gets --user --map-root-user by itself with whatever needs it, and nothing
// where nothing needs it.
func TestUserNamespaceIsAddedForAPlainUser(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		before := fmt.Sprintf("%d\n", c.uid())
		for _, row := range []struct{ options, want string }{
			{"--uts", "0\n"}, {"--pid", "0\n"}, {"--mnt", "0\n"}, {"--all", "0\n"},
			{"--uts --user -c", before}, {"-c", before}, {"--fork", before}, {"", before},
		} {
			mustPrint(t, c.run(t, append(strings.Fields(row.options), "id", "-u")...), row.want)
		}
	})
}

// The supplementary groups of a plain user stay, and the kernel lets nobody drop them.
func TestSetgroupsIsDenied(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		if c.root {
			mustPrint(t, c.run(t, "-r", "cat", "/proc/self/setgroups"), "deny\n")
			mustPrint(t, c.run(t, "--uts", "cat", "/proc/self/setgroups"), "allow\n")
			return
		}
		mustPrint(t, c.run(t, "--uts", "cat", "/proc/self/setgroups"), "deny\n")
	})
}

//go:build linux

package nsjoin_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// What a user starts without privileges, the user joins with nothing but -t.
func TestAUserJoinsTheirOwnContainer(t *testing.T) {
	plain.require(t)
	bwrap := func(options ...string) func(*testing.T) int {
		return func(t *testing.T) int { return bwrapContainer(t, plain, options...) }
	}
	unshare := func(options ...string) func(*testing.T) int {
		return func(t *testing.T) int {
			nstest.RequireCommand(t, "unshare")
			return sleeperIn(t, as(plain, "unshare", append(options, "--kill-child")...))
		}
	}
	for _, row := range []struct {
		name  string
		start func(t *testing.T) int
		ids   string // uid and gid inside
	}{
		{"nsrun", func(t *testing.T) int { return plainContainer(t, plain) }, "0 0"},
		{"unshare -Urpmf", unshare("-Urpmf", "--mount-proc"), "0 0"},
		{"unshare -Ur", unshare("-Urf"), "0 0"},
		{"unshare of all kinds", func(t *testing.T) int { return namespaces(t, plain) }, "0 0"},
		{"unshare without uid 0", unshare("-Ucpmf", "--mount-proc"), userIDs()},
		{"bwrap", bwrap(), userIDs()},
		{"bwrap as its root", bwrap("--uid", "0", "--gid", "0"), "0 0"},
		{"bwrap with nested user namespaces", bwrap("--uid", "1000", "--gid", "1001"), "1000 1001"},
		{"runc", runcRootless, "0 0"},
	} {
		t.Run(row.name, func(t *testing.T) {
			target := row.start(t)
			pid := strconv.Itoa(target)
			checkNamespaces(t, joinedSleeper(t, plain, "-t", pid), target, others(t, target))

			if got := joined(t, plain, "-t", pid, "sh", "-c", "echo $(id -u) $(id -g)"); got != row.ids {
				t.Errorf("ids %q inside, want %q", got, row.ids)
			}
			if os.Geteuid() != 0 {
				return
			}
			if got := joined(t, root, "-t", pid, "sh", "-c", "echo $(id -u) $(id -g)"); got != row.ids {
				t.Errorf("ids %q inside for root, want %q", got, row.ids)
			}
		})
	}
}

// Where the target's own gid is not mapped there is none that the command could have:
// nsjoin says which option leaves the ids alone.
func TestATargetWhoseGroupIsNotMapped(t *testing.T) {
	plain.require(t)
	nstest.RequireCommand(t, "unshare")
	pid := strconv.Itoa(sleeperIn(t, as(plain, "unshare", "--user", "--map-user=1000", "-pmf", "--mount-proc", "--kill-child")))
	refused(t, join(t, plain, "-t", pid, "true"), 125, "uid", "gid", "--preserve-credentials")
	if got := joined(t, plain, "-t", pid, "--preserve-credentials", "sh", "-c", "echo $(id -u) $(id -g)"); got != "1000 65534" {
		t.Errorf("ids %q inside, want 1000 and an unmapped gid", got)
	}
}

// userIDs is the uid and the gid of the plain user.
func userIDs() string {
	uid, gid := nstest.UserID, nstest.UserID
	if os.Geteuid() != 0 {
		uid, gid = os.Geteuid(), os.Getegid()
	}
	return strconv.Itoa(uid) + " " + strconv.Itoa(gid)
}

func TestNothingToJoinIsNoError(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := sleeperIn(t, as(who, "env"))
		for _, args := range []string{"-t %", "-a -t %", "-u -t %", "-muinpCT -t %"} {
			t.Run(args, func(t *testing.T) {
				words := strings.Fields(strings.ReplaceAll(args, "%", strconv.Itoa(target)))
				checkNamespaces(t, joinedSleeper(t, who, words...), target, nil)
			})
		}
	})
}

// The kernel forbids to join the user namespace that one is in: that it is skipped, even
// when it is named, is what lets a script name it always.
func TestTheOwnUserNamespaceByName(t *testing.T) {
	root.require(t)
	target := namespaces(t, root)
	checkNamespaces(t, joinedSleeper(t, root, "-U", "-u", "-t", strconv.Itoa(target)), target, []string{"uts"})
}

func TestPreserveCredentials(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := strconv.Itoa(inUserNS(t, plain))
		want := "0" // the user is mapped to it
		if who == root {
			want = "65534" // and root is not mapped at all
		}
		if got := joined(t, who, "-t", target, "-U", "--preserve-credentials", "id", "-u"); got != want {
			t.Errorf("uid %q, want %q", got, want)
		}
		if got := joined(t, who, "-t", target, "-U", "id", "-u"); got != "0" {
			t.Errorf("uid %q without the option, want 0", got)
		}
	})
}

func TestPreserveCredentialsKeepsTheGroups(t *testing.T) {
	root.require(t)
	target := strconv.Itoa(inUserNS(t, root))
	cmd := withGroups(as(root, nstest.Tool(t, "nsjoin"), "-t", target, "-U", "--preserve-credentials",
		"grep", "Groups:", "/proc/self/status"), 4, 5)
	// seen from inside, where they are not mapped
	if got := strings.Fields(well(t, nstest.Exec(t, cmd))); len(got) != 3 {
		t.Errorf("groups %q, want two", got)
	}
}

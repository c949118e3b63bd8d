//go:build linux

package nsjoin_test

import (
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2019-10144 (rkt enter): the joined process had all capabilities.
func TestNoMorePrivilegeThanTheTarget(t *testing.T) {
	root.require(t)
	target := nstest.RunC(t).PID
	cat := []string{"cat", "/proc/self/status"}
	nsjoin := nstest.Tool(t, "nsjoin")
	run := func(options ...string) string {
		args := append([]string{"-t", strconv.Itoa(target)}, append(options, cat...)...)
		return well(t, nstest.Exec(t, withGroups(as(root, nsjoin, args...), 4, 5, 6)))
	}
	own := well(t, nstest.Exec(t, as(root, "cat", "/proc/self/status")))

	t.Run("by default", func(t *testing.T) { checkPrivileges(t, target, run()) })
	t.Run("the mount namespace alone", func(t *testing.T) {
		checkPrivileges(t, target, joinedStatus(t, root, target, "-m"))
	})
	t.Run("and no less", func(t *testing.T) {
		for _, options := range [][]string{nil, {"-m"}, {"-F"}} {
			have, want := status(joinedStatus(t, root, target, options...), "CapEff"), status(statusOf(t, target), "CapEff")
			if have != want {
				t.Errorf("%v: CapEff is %s, want the target's %s", options, have, want)
			}
		}
	})
	t.Run("without a fork", func(t *testing.T) {
		checkPrivileges(t, target, joinedStatus(t, root, target, "-F"))
	})
	t.Run("--privileged keeps what the caller has", func(t *testing.T) {
		command := run("--privileged")
		for _, set := range []string{"CapPrm", "CapEff", "CapBnd"} {
			if have, want := status(command, set), status(own, set); have != want {
				t.Errorf("%s is %s, want the caller's %s", set, have, want)
			}
		}
		if got := status(command, "Groups"); got != "4 5 6" {
			t.Errorf("groups %q, want the caller's", got)
		}
		if got := status(command, "NoNewPrivs"); got != "0" {
			t.Errorf("no_new_privs is %s, want the caller's 0", got)
		}
	})
	t.Run("without the mount namespace nothing is taken away", func(t *testing.T) {
		command := run("-uinp")
		if have, want := status(command, "CapEff"), status(own, "CapEff"); have != want {
			t.Errorf("CapEff is %s, want the caller's %s", have, want)
		}
		if got := status(command, "Groups"); got != "4 5 6" {
			t.Errorf("groups %q, want the caller's", got)
		}
	})
}

// CVE-2022-27649 and its kind: inheritable capabilities came from outside.
func TestInheritableAndAmbientCapabilitiesStayOutside(t *testing.T) {
	root.require(t)
	setpriv := nstest.RequireCommand(t, "setpriv")
	target := plainContainer(t, root)
	cmd := after([]string{setpriv, "--inh-caps=+chown,+kill", "--ambient-caps=+chown,+kill"},
		as(root, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target), "cat", "/proc/self/status"))
	checkPrivileges(t, target, well(t, nstest.Exec(t, cmd)))
}

// Capabilities in another user namespace are none in this one: the numbers must not be
// compared as if they were.
func TestTheTargetsUserNamespaceIsNotJoined(t *testing.T) {
	root.require(t)
	target := namespaces(t, plain)
	r := join(t, root, "-t", strconv.Itoa(target), "--mnt", "--pid", "cat", "/proc/self/status")
	if r.Code != 0 { // CVE-2022-31214: to ask for --user is a good answer too
		refused(t, r, 125, "--user")
		return
	}
	for _, set := range []string{"CapPrm", "CapEff", "CapBnd"} {
		if have := capabilities(t, r.Stdout, set); have != 0 {
			t.Errorf("%s is %#x in a mount namespace whose user namespace has none of it", set, have)
		}
	}
	if uid := status(r.Stdout, "Uid"); strings.HasPrefix(uid, "0\t") {
		t.Errorf("a file system that a user has made is executed by uid 0 of the machine")
	}
}

// CVE-2022-31214 (firejail --join): root joins a sandbox that an attacker has made.
func TestRootJoinsWhatAUserHasMade(t *testing.T) {
	root.require(t)
	target := container(t, plain, nstest.Rootfs(t), "")
	pid := joinedSleeper(t, root, "-t", strconv.Itoa(target))
	text := statusOf(t, pid)
	checkPrivileges(t, target, text)
	if uid := strings.Fields(status(text, "Uid")); uid[0] != strconv.Itoa(nstest.UserID) {
		t.Errorf("uid %s outside, want the target's %d", uid, nstest.UserID)
	}
}

// A group that cannot be given up is an error, not a gift.
func TestGroupsThatCannotBeDropped(t *testing.T) {
	root.require(t)
	setpriv := nstest.RequireCommand(t, "setpriv")
	target := plainContainer(t, root)
	cmd := after([]string{setpriv, "--groups=4,5", "--bounding-set=-setgid"},
		as(root, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target), "cat", "/proc/self/status"))
	r := nstest.Exec(t, cmd)
	if r.Code == 0 {
		checkPrivileges(t, target, r.Stdout)
		return
	}
	refused(t, r, 125, "groups")
}

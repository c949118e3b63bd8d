//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// CVE-2016-9962 (runc exec), CVE-2016-8649 (lxc-attach): before its execve nsjoin is in
// the container with all that it has from outside. It is frozen there, at one system call
// after the other, and root of the container attacks it.
func TestAttacksFromInsideBeforeTheExecve(t *testing.T) {
	root.require(t)
	for _, row := range []struct {
		name    string
		who     caller // of nsjoin
		shared  bool   // the PID namespace is, so that all of nsjoin is seen
		options string
	}{
		{"a user's container, joined by root", root, false, ""},
		{"a user's container, joined by its user", plain, false, ""},
		{"--privileged", root, false, "--privileged"},
		{"not all of its namespaces", root, false, "-U -p"},
		{"a user's namespaces without a PID namespace, joined by root", root, true, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			target := attackedContainer(t, row.shared)
			cmd := func() *exec.Cmd {
				args := append(strings.Fields(row.options), "-t", strconv.Itoa(target), "/bin/sleep", "0")
				return as(row.who, nstest.Tool(t, "nsjoin"), args...)
			}
			attacks := 0
			for _, number := range callsInside(t, cmd(), target) {
				attacks += attackAt(t, cmd(), number, target)
			}
			if attacks < 4 {
				t.Errorf("%d attacks only", attacks)
			}
		})
	}
}

// attackedContainer has this test binary as /attack, to be run as its root.
func attackedContainer(t *testing.T, shared bool) int {
	t.Helper()
	rootfs := nstest.Rootfs(t)
	ownFile(t, root, "/proc/self/exe", rootfs+"/attack", 0o755)
	if !shared {
		return container(t, plain, rootfs, "")
	}
	return sleeperIn(t, as(plain, nstest.Tool(t, "nsrun"), "--uts", "--mnt", rootfs, "sh", "-c",
		`mount --rbind /proc /proc; exec "$@"`, "sh"))
}

// inside is true of a process in the target's PID namespace, or in its user namespace.
func inside(pid, target int) bool {
	theirs, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/user", target))
	if err != nil {
		return false
	}
	have, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/user", pid))
	if err != nil || have != theirs {
		return false
	}
	theirs, _ = os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", target))
	have, _ = os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", pid))
	return have == theirs
}

// callsInside lists the system calls that nsjoin makes where the container sees it, each
// once, the execve left out: a frozen process would have made it.
func callsInside(t *testing.T, cmd *exec.Cmd, target int) []uint64 {
	t.Helper()
	var list []uint64
	seen := map[uint64]bool{unix.SYS_EXIT_GROUP: true, unix.SYS_RT_SIGTIMEDWAIT: true, unix.SYS_WAIT4: true}
	w := &watch{command: "/bin/sleep", each: func(c call) verdict {
		if !seen[c.number] && inside(c.pid, target) {
			list = append(list, c.number)
			seen[c.number] = true
		}
		return goOn
	}}
	if status := w.run(t, cmd); status.ExitStatus() != 0 {
		t.Fatalf("exit status %d", status.ExitStatus())
	}
	return list
}

// attackAt freezes nsjoin after the first such call inside, and attacks it.
func attackAt(t *testing.T, cmd *exec.Cmd, number uint64, target int) int {
	t.Helper()
	frozen := 0
	w := &watch{command: "/bin/sleep", each: func(c call) verdict {
		if c.number == number && inside(c.pid, target) {
			frozen = c.pid
			return freeze
		}
		return goOn
	}}
	w.run(t, cmd)
	if frozen == 0 {
		return 0
	}
	until(t, "the frozen nsjoin", func() bool { return stopped(frozen) })
	victim := strings.Fields(status(statusOf(t, frozen), "NSpid"))
	output := well(t, nstest.Exec(t, as(root, "nsenter", "-t", strconv.Itoa(target), "-a", "/attack", attackArg, victim[len(victim)-1])))
	if !strings.HasPrefix(output, "attacked nsjoin") {
		t.Errorf("after system call %d: %s", number, output)
	}
	if err := unix.Kill(frozen, unix.SIGCONT); err != nil {
		t.Error(err)
	}
	return 1
}

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

// attackArg makes this test binary an attacker: it is copied into a container for that.
const attackArg = "-attack"

func init() {
	if len(os.Args) == 3 && os.Args[1] == attackArg {
		attack(os.Args[2])
		os.Exit(0)
	}
}

// attack tries what gives power over another process, or over files that it has open, and
// prints what succeeds.
func attack(pid string) {
	dir := "/proc/" + pid
	number, err := strconv.Atoi(pid)
	if err != nil {
		panic(err)
	}
	for _, try := range []struct {
		name string
		do   func() error
	}{
		{"read exe", func() error { return opens(dir+"/exe", unix.O_RDONLY) }},
		{"write exe", func() error { return opens(dir+"/exe", unix.O_WRONLY) }},
		{"readlink exe", func() error { _, err := os.Readlink(dir + "/exe"); return err }},
		{"open root", func() error { return opens(dir+"/root", unix.O_PATH) }},
		{"read root", func() error { return opens(dir+"/root/", unix.O_RDONLY) }},
		{"open cwd", func() error { return opens(dir+"/cwd/", unix.O_RDONLY) }},
		{"list fd", func() error { _, err := os.ReadDir(dir + "/fd"); return err }},
		{"open fd 0", func() error { return opens(dir+"/fd/0", unix.O_PATH) }},
		{"open fd 3", func() error { return opens(dir+"/fd/3", unix.O_PATH) }},
		{"open ns/mnt", func() error { return opens(dir+"/ns/mnt", unix.O_RDONLY) }},
		{"read maps", func() error { _, err := os.ReadFile(dir + "/maps"); return err }},
		{"open mem", func() error { return opens(dir+"/mem", unix.O_RDWR) }},
		{"read environ", func() error { _, err := os.ReadFile(dir + "/environ"); return err }},
		{"pidfd_getfd", func() error { return getfd(number) }},
		{"process_vm_readv", func() error { return readMemory(number) }},
		// last, since it would stop the process
		{"ptrace", func() error { return unix.PtraceAttach(number) }},
	} {
		if err := try.do(); err == nil {
			fmt.Println("succeeded:", try.name)
		}
	}
	fmt.Println("attacked", strings.TrimSpace(comm(dir)))
}

func comm(dir string) string {
	text, err := os.ReadFile(dir + "/comm") // which anybody may
	if err != nil {
		return "nobody: " + err.Error()
	}
	return string(text)
}

func opens(path string, flags int) error {
	fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

func getfd(pid int) error {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return err
	}
	defer unix.Close(pidfd)
	_, err = unix.PidfdGetfd(pidfd, 0, 0)
	return err
}

// readMemory asks for an address that is not mapped: EFAULT means that asking was allowed.
func readMemory(pid int) error {
	var b [8]byte
	_, err := unix.ProcessVMReadv(pid, []unix.Iovec{{Base: &b[0], Len: 8}}, []unix.RemoteIovec{{Base: 8, Len: 8}}, 0)
	if err == unix.EFAULT {
		return nil
	}
	return err
}

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

// The attacker must be able to attack, or the test above says nothing.
func TestTheAttackerSucceedsWhereItMay(t *testing.T) {
	root.require(t)
	target := attackedContainer(t, false)
	pid := joinedSleeper(t, root, "-t", strconv.Itoa(target))
	inner := strings.Fields(status(statusOf(t, pid), "NSpid"))
	output := well(t, nstest.Exec(t, as(root, "nsenter", "-t", strconv.Itoa(target), "-a", "/attack", attackArg, inner[len(inner)-1])))
	for _, want := range []string{"read exe", "open root", "list fd", "open mem", "pidfd_getfd", "process_vm_readv", "ptrace"} {
		if !strings.Contains(output, "succeeded: "+want+"\n") {
			t.Errorf("%q did not succeed: %s", want, output)
		}
	}
	// PTRACE_ATTACH has stopped the command, and nsjoin stops with it
	supervisor := parent(t, pid)
	until(t, "nsjoin to stop", func() bool { return stopped(supervisor) })
	if err := unix.Kill(supervisor, unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	until(t, "the command to go on", func() bool { return !stopped(pid) && !stopped(supervisor) })
}

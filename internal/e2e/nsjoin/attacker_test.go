//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
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

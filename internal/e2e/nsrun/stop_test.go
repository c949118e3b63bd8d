//go:build linux

package nsrun_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// commandLine is the argument vector of a process, each argument with a NUL after it.
func commandLine(pid int) string {
	return readProc(pid, "cmdline")
}

// state is the letter for what a process does: T when it is stopped.
func state(pid int) string {
	stat := readProc(pid, "stat")
	i := strings.LastIndexByte(stat, ')')
	if i < 0 {
		return ""
	}
	return strings.Fields(stat[i+1:])[0]
}

// waitState waits until a process is stopped, or until it is not.
func waitState(t *testing.T, pid int, stopped bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		s := state(pid)
		if (s == "T") == stopped {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d (%q) is in state %q; stopped is to be %v", pid, commandLine(pid), s, stopped)
		}
	}
}

// When the command is stopped the tool stops as well, so that the caller's shell sees a
// stopped job; when the tool is continued, the command goes on.
func TestStopAndContinue(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		cmd := c.nsrun(t, "--uts", "--fork", "sh", "-c", "echo ready; exec sleep 1000")
		// SIGTSTP does nothing to an orphaned process group, which that of the tests may be: setpgid(2).
		if cmd.SysProcAttr == nil {
			cmd.SysProcAttr = new(syscall.SysProcAttr)
		}
		cmd.SysProcAttr.Setpgid = true
		run := start(t, cmd)
		pid := run.command(t)
		for i := 0; i < 50; i++ {
			// To the tool, which passes it on, or to the command itself.
			if i%2 == 0 {
				run.signal(t, unix.SIGTSTP)
			} else if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			waitState(t, pid, true)
			waitState(t, run.cmd.Process.Pid, true)
			run.signal(t, unix.SIGCONT)
			waitState(t, run.cmd.Process.Pid, false)
			waitState(t, pid, false)
		}
		run.signal(t, unix.SIGTERM)
		if r := run.wait(t); r.Signal != unix.SIGTERM {
			t.Errorf("at the end: %+v", r)
		}
	})
}

// PID 1 of a namespace can be stopped from outside only by SIGSTOP.
func TestStopPID1(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		run := start(t, c.nsrun(t, "--pid", "sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do read x </dev/null; done"))
		pid := run.command(t)
		if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		waitState(t, run.cmd.Process.Pid, true)
		waitState(t, pid, true)
		run.signal(t, unix.SIGCONT)
		waitState(t, pid, false)
		run.signal(t, unix.SIGTERM)
		if r := run.wait(t); r.Code != 5 {
			t.Errorf("at the end: %+v", r)
		}
	})
}

func readProc(pid int, file string) string {
	data, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/" + file)
	return string(data)
}

//go:build linux

package nstest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// startLimit is how long a process, or a container engine, may take to start, and
// stopLimit how long it may take to end and to clean up.
const (
	startLimit = 20 * time.Second
	stopLimit  = 20 * time.Second
)

// Sleeper starts `sleep` by way of a command, and returns its process id as the caller
// sees it once it sleeps. The command is whatever executes its last arguments:
//
//	pid := nstest.Sleeper(t, "unshare", "--uts", "--pid", "--fork", "--mount-proc")
//
// With no command it is a sleep in the caller's namespaces. At the end of the test it is
// killed, and the command with it.
func Sleeper(t testing.TB, command ...string) int {
	t.Helper()
	return SleeperCmd(t, exec.Command("env", command...))
}

// SleeperCmd is [Sleeper] for a command with an environment, a user, namespaces or a
// directory of its own: "sleep N" is added to its arguments.
func SleeperCmd(t testing.TB, cmd *exec.Cmd) int {
	t.Helper()
	sleep := sleepArgs()
	cmd.Args = append(cmd.Args, sleep...)
	return startSleeper(t, cmd, sleep)
}

var sleepers atomic.Int64

// sleepArgs is an argument vector that no other process of the machine has: by it the
// sleeper is found among the descendants of whatever starts it.
func sleepArgs() []string {
	return []string{"sleep", strconv.FormatInt(int64(os.Getpid())*1000+sleepers.Add(1), 10)}
}

// startSleeper starts cmd and waits until a process below it has the arguments.
func startSleeper(t testing.TB, cmd *exec.Cmd, args []string) int {
	t.Helper()
	var output bytes.Buffer
	if cmd.Stdout == nil && cmd.Stderr == nil {
		cmd.Stdout, cmd.Stderr = &output, &output
	}
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %q: %v", cmd.Args, err)
	}
	ended := make(chan struct{})
	var waitErr error
	go func() {
		waitErr = cmd.Wait()
		close(ended)
	}()
	// What may still run below cmd dies or is cmd's to clean up, so cmd comes last.
	kill := func() {
		_ = cmd.Process.Kill()
		<-ended
	}
	for deadline := time.Now().Add(startLimit); ; time.Sleep(10 * time.Millisecond) {
		select {
		case <-ended:
			t.Fatalf("%q ended before it slept: %v\n%s", cmd.Args, waitErr, output.Bytes())
		default:
		}
		if pid := findSleeper(cmd.Process.Pid, args); pid != 0 {
			stopAtEnd(t, pid, ended, kill)
			return pid
		}
		if time.Now().After(deadline) {
			kill()
			t.Fatalf("%q did not come to sleep in %v\n%s", cmd.Args, startLimit, output.Bytes())
		}
	}
}

// findSleeper returns the process at or below top that has the arguments, or 0.
func findSleeper(top int, args []string) int {
	want := []byte(args[0] + "\x00" + args[1] + "\x00")
	for _, pid := range append([]int{top}, descendants(top)...) {
		have, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && bytes.Equal(have, want) {
			return pid
		}
	}
	return 0
}

// stopAtEnd kills the sleeper when the test ends. The command that started it then ends
// by itself, after it has removed what it made, or is killed after stopLimit.
func stopAtEnd(t testing.TB, pid int, ended <-chan struct{}, kill func()) {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0) // the number could be another's by then
	if err != nil {
		kill()
		t.Fatalf("pidfd_open of the sleeper %d: %v", pid, err)
	}
	t.Cleanup(func() {
		defer unix.Close(fd)
		_ = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0) // it may be gone already
		select {
		case <-ended:
		case <-time.After(stopLimit):
			kill()
			t.Errorf("what started the sleeper %d did not end in %v", pid, stopLimit)
		}
		waitGone(t, fd, pid)
	})
}

// waitGone waits until the process of a pidfd has ended, whoever its parent is.
func waitGone(t testing.TB, pidfd, pid int) {
	t.Helper()
	poll := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(poll, int(stopLimit.Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			t.Errorf("process %d did not end: %v", pid, err)
		}
		return
	}
}

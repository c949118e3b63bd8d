//go:build linux

package nsrun_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// running is a run of the tool while it runs.
type running struct {
	cmd    *exec.Cmd
	mark   string // in the environment of all processes of the run
	stdout *bufio.Reader
	stderr bytes.Buffer
}

// start starts a command that prints a line when it is ready, and reads that line.
func start(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	r := launch(t, cmd)
	if text := r.line(t); text != "ready" {
		t.Fatalf("%q printed %q", cmd.Args, text)
	}
	return r
}

// launch starts a command. At the end of the test all of it is gone, or the test fails.
func launch(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = read.SetReadDeadline(time.Now().Add(20 * time.Second))
	r := &running{cmd: cmd, mark: markRun(cmd), stdout: bufio.NewReader(read)}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = write, &r.stderr, 2*time.Second
	err = cmd.Start()
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		read.Close()
		waitNoneMarked(t, r.mark)
	})
	return r
}

// wait waits for the end of the tool. Result.Stdout is what has not been read.
func (r *running) wait(t *testing.T) nstest.Result {
	t.Helper()
	timer := time.AfterFunc(20*time.Second, func() { _ = r.cmd.Process.Kill() })
	_ = r.cmd.Wait()
	if !timer.Stop() {
		t.Fatalf("%q did not end", r.cmd.Args)
	}
	rest, _ := io.ReadAll(r.stdout)
	result := nstest.Result{Stdout: string(rest), Stderr: r.stderr.String(), Code: r.cmd.ProcessState.ExitCode()}
	if ws := r.cmd.ProcessState.Sys().(syscall.WaitStatus); ws.Signaled() {
		result.Signal, result.Code = ws.Signal(), 128+int(ws.Signal())
	}
	return result
}

// waitNoneMarked fails the test when processes of the run are there after some seconds,
// and kills them.
func waitNoneMarked(t *testing.T, mark string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		left := findMarked(mark)
		if len(left) == 0 {
			return
		}
		if time.Now().Before(deadline) {
			continue
		}
		for _, pid := range left {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			t.Errorf("process %d is left: %q", pid, line)
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		return
	}
}

// marks tells the runs of this test binary apart.
var marks int

// markRun gives all processes of the run something in their environment by which
// findMarked finds them, whoever their parent is by then.
func markRun(cmd *exec.Cmd) (mark string) {
	marks++
	mark = fmt.Sprintf("NSRUN_TEST_MARK=%d.%d", os.Getpid(), marks)
	cmd.Env = append(cmd.Env, mark)
	return mark
}

// findMarked lists the processes with this mark: not zombies, which have no environment
// any more, nor a process that is right in execve(2).
func findMarked(mark string) []int {
	var pids []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		env, _ := os.ReadFile("/proc/" + e.Name() + "/environ")
		if strings.Contains("\x00"+string(env), "\x00"+mark+"\x00") {
			pids = append(pids, pid)
		}
	}
	return pids
}

// command is the PID outside of the command where the tool has forked.
func (r *running) command(t *testing.T) int {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		for _, pid := range findMarked(r.mark) {
			if parentOf(pid) == r.cmd.Process.Pid {
				return pid
			}
		}
	}
	t.Fatalf("%q has no child", r.cmd.Args)
	return 0
}

func parentOf(pid int) int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	parent, _ := strconv.Atoi(fields[1])
	return parent
}

// line is the next line that the command prints.
func (r *running) line(t *testing.T) string {
	t.Helper()
	text, err := r.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("reading from %q: %v", r.cmd.Args, err)
	}
	return strings.TrimSuffix(text, "\n")
}

// signal sends a signal to the tool.
func (r *running) signal(t *testing.T, sig unix.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

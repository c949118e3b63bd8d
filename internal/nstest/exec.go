//go:build linux

package nstest

import (
	"bytes"
	"errors"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Result is how a command ended.
type Result struct {
	Stdout, Stderr string
	Code           int            // exit status; 128+n when signal n killed it, as in a shell
	Signal         syscall.Signal // that killed it, or 0
}

// execLimit is far above what any tool needs: a command that reaches it hangs.
const execLimit = 20 * time.Second

// Exec runs cmd to its end. It is a fatal error when the command cannot be started, when
// it takes more than 20 seconds (then it is killed, it alone), and when it leaves a
// process that keeps its output open. Stdin is /dev/null where cmd says nothing else.
func Exec(t testing.TB, cmd *exec.Cmd) Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %q: %v", cmd.Args, err)
	}
	timer := time.AfterFunc(execLimit, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	inTime := timer.Stop()

	result := Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: exitStatus(cmd.ProcessState)}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		result.Signal = ws.Signal()
	}
	switch {
	case !inTime:
		t.Fatalf("%q did not end in %v\nstdout: %s\nstderr: %s", cmd.Args, execLimit, result.Stdout, result.Stderr)
	case errors.Is(err, exec.ErrWaitDelay):
		t.Fatalf("%q left a process that holds its output open\nstdout: %s\nstderr: %s",
			cmd.Args, result.Stdout, result.Stderr)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%q: %v", cmd.Args, err)
	}
	return result
}

//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// verdict is what is to become of a process that is stopped at a system call.
type verdict int

const (
	goOn   verdict = iota
	freeze         // let it make this call, and stop it, no longer traced, after that
)

// trace runs a command, and calls look at the entry of every system call of the program
// called begin and of all that it starts, on the thread that traces. The program is the
// command, or is executed by it. It returns the exit status.
//
// At a freeze it returns early: the others go on, untraced, and what is frozen stays so
// until somebody sends SIGCONT, or until the end of the test.
//
// Output goes to cmd.Stdout and cmd.Stderr where these are files.
func trace(t *testing.T, cmd *exec.Cmd, begin string, look func(c call) verdict) unix.WaitStatus {
	t.Helper()
	r := &tracer{look: look, begin: begin, begun: filepath.Base(cmd.Path) == begin}
	var status unix.WaitStatus
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		// ptrace(2) obeys one thread only; it ends with this goroutine, and that
		// lets go of what is still traced
		runtime.LockOSThread()
		status, err = r.run(cmd)
	}()
	<-done
	if r.main > 0 && (r.frozen || err != nil) {
		t.Cleanup(func() {
			_ = unix.Kill(-r.main, unix.SIGKILL)
			_, _ = wait(r.main, &status)
		})
	}
	if err != nil {
		t.Fatalf("trace %v: %v", cmd.Args, err)
	}
	return status
}

type tracer struct {
	look   func(call) verdict
	begin  string // the base name of the program that is looked at; what executes it is not
	main   int
	begun  bool
	frozen bool
}

const traceOptions = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK |
	unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEEXEC

func (r *tracer) run(cmd *exec.Cmd) (unix.WaitStatus, error) {
	attr := cmd.SysProcAttr
	if attr == nil {
		attr = &syscall.SysProcAttr{}
	}
	// a process group of its own, so that waiting takes no other child's status
	attr.Ptrace, attr.Setpgid = true, true
	null, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	files := []uintptr{null.Fd(), null.Fd(), null.Fd()}
	for i, stream := range []any{cmd.Stdin, cmd.Stdout, cmd.Stderr} {
		if file, ok := stream.(*os.File); ok {
			files[i] = file.Fd()
		}
	}
	r.main, err = syscall.ForkExec(cmd.Path, cmd.Args, &syscall.ProcAttr{
		Env: cmd.Env, Files: files, Sys: attr,
	})
	if err != nil {
		return 0, err
	}
	var status unix.WaitStatus
	if _, err := wait(r.main, &status); err != nil {
		return 0, err
	}
	if err := unix.PtraceSetOptions(r.main, traceOptions); err != nil {
		return 0, err
	}
	if err := r.resume(r.main, 0); err != nil {
		return 0, err
	}
	return r.loop()
}

func wait(pid int, status *unix.WaitStatus) (int, error) {
	for {
		got, err := unix.Wait4(pid, status, unix.WALL, nil)
		if err != unix.EINTR {
			return got, err
		}
	}
}

func (r *tracer) loop() (unix.WaitStatus, error) {
	for {
		var status unix.WaitStatus
		pid, err := wait(-r.main, &status)
		if err != nil {
			return 0, fmt.Errorf("wait: %w", err)
		}
		if !status.Stopped() {
			if pid == r.main {
				return status, nil
			}
			continue
		}
		if err := r.stopped(pid, status); err != nil && err != unix.ESRCH { // killed meanwhile
			return 0, err
		}
		if r.frozen {
			return 0, nil
		}
	}
}

// stopped handles one stop of a process, and lets it go on.
func (r *tracer) stopped(pid int, status unix.WaitStatus) error {
	signal := status.StopSignal()
	switch signal {
	case unix.SIGTRAP | 0x80:
		c, entry, err := syscallInfo(pid)
		if err != nil {
			return err
		}
		if entry && r.look(c) == freeze {
			return r.freeze(pid)
		}
		signal = 0
	case unix.SIGTRAP, unix.SIGSTOP: // an event, or a new process
		signal = 0
		if status.TrapCause() == unix.PTRACE_EVENT_EXEC && !r.begun {
			exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
			r.begun = filepath.Base(exe) == r.begin
		}
	}
	return r.resume(pid, int(signal))
}

// resume: to stop at each system call costs time, and is done where it serves.
func (r *tracer) resume(pid, signal int) error {
	if r.begun {
		return unix.PtraceSyscall(pid, signal)
	}
	return unix.PtraceCont(pid, signal)
}

// freeze sends SIGSTOP, which waits for the end of the system call, and lets go.
func (r *tracer) freeze(pid int) error {
	r.frozen = true
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		return err
	}
	return unix.PtraceDetach(pid)
}

//go:build linux

package nsrun_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// terminal is a pseudo-terminal of which a run is the session.
type terminal struct {
	*os.File
	output *bufio.Reader
}

// onTerminal starts a command as the leader of a session on a new terminal.
func onTerminal(t *testing.T, c caller, args ...string) (*running, *terminal) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	master := os.NewFile(uintptr(fd), "ptmx")
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	_ = master.SetReadDeadline(time.Now().Add(20 * time.Second))

	cmd := c.nsrun(t, args...)
	run := &running{cmd: cmd, mark: markRun(cmd), stdout: bufio.NewReader(strings.NewReader(""))}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty = true, true
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		waitNoneMarked(t, run.mark)
	})
	return run, &terminal{master, bufio.NewReader(master)}
}

// expect reads up to this text.
func (tm *terminal) expect(t *testing.T, want string) {
	t.Helper()
	seen := ""
	for !strings.HasSuffix(seen, want) {
		b, err := tm.output.ReadByte()
		if err != nil {
			t.Fatalf("no %q on the terminal, but %q: %v", want, seen, err)
		}
		seen += string(b)
	}
}

func (tm *terminal) typeIn(t *testing.T, text string) {
	t.Helper()
	if _, err := tm.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// Ctrl-C goes to all of the foreground process group by itself: the supervisor must not
// pass on what the command has already.
func TestInterruptFromTheTerminalComesOnce(t *testing.T) {
	root := nstest.Rootfs(t)
	const script = `stty -echo; sleep 1000 & trap 'n=$((n + 1)); echo INT $n' INT; trap 'kill $!; echo end $n; exit 3' TERM
		echo ready; while :; do wait; done`
	for way, options := range forwarding(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				run, tm := onTerminal(t, c, append(options, "sh", "-c", script)...)
				tm.expect(t, "ready")
				for i := 1; i <= 3; i++ {
					tm.typeIn(t, "\x03")
					tm.expect(t, fmt.Sprint("INT ", i))
				}
				run.signal(t, unix.SIGTERM)
				tm.expect(t, "end 3")
				if r := run.wait(t); r.Code != 3 {
					t.Errorf("at the end: %+v", r)
				}
			})
		})
	}
}

// An interactive shell inside has the terminal, and job control.
func TestInteractiveShell(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		run, tm := onTerminal(t, c, mainJob(root, "sh", "-i")...)
		for _, step := range []struct{ in, out string }{ // what is typed is shown too, so it has to differ
			{"PS1='pro''mpt> '\n", "prompt> "},
			{"echo pid $$\n", "pid 1\r\n"},
			{"[ -t 0 ] && [ -t 1 ] && : </dev/tty && echo t''ty\n", "tty\r\n"},
		} {
			tm.typeIn(t, step.in)
			tm.expect(t, step.out)
		}
		tm.expect(t, "prompt> ")
		tm.typeIn(t, "sleep 1000\n")
		eventually(t, func() error {
			for _, pid := range findMarked(run.mark) {
				if strings.HasPrefix(commandLine(pid), "sleep\x00") {
					return nil
				}
			}
			return fmt.Errorf("sleep was not started")
		})
		tm.typeIn(t, "\x1a") // Ctrl-Z
		tm.expect(t, "prompt> ")
		tm.typeIn(t, "jobs | grep -c Stop\n")
		tm.expect(t, "\n1\r\n")
		tm.expect(t, "prompt> ")
		tm.typeIn(t, "kill %1; fg\n")
		tm.expect(t, "prompt> ")
		tm.typeIn(t, "exit 6\n")
		if r := run.wait(t); r.Code != 6 {
			t.Errorf("at the end: %+v", r)
		}
	})
}

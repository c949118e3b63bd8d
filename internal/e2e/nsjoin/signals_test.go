//go:build linux

package nsjoin_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// forwarded are the signals of which the script below counts each.
var forwarded = []struct {
	name   string
	signal syscall.Signal
}{
	{"HUP", unix.SIGHUP}, {"INT", unix.SIGINT}, {"QUIT", unix.SIGQUIT}, {"USR1", unix.SIGUSR1},
	{"USR2", unix.SIGUSR2}, {"ALRM", unix.SIGALRM}, {"PIPE", unix.SIGPIPE}, {"WINCH", unix.SIGWINCH},
	{"URG", unix.SIGURG}, {"CONT", unix.SIGCONT}, {"TERM", unix.SIGTERM},
}

// counting prints a line for each signal that it gets, and ends after TERM.
func counting() string {
	var script strings.Builder
	for _, f := range forwarded {
		fmt.Fprintf(&script, "trap 'echo %s' %s\n", f.name, f.name)
	}
	script.WriteString("trap 'echo TERM; end=1' TERM\necho ready\n" +
		"while [ -z \"$end\" ]; do sleep 0.02; done\nsleep 0.1; exit 9\n")
	return script.String()
}

func TestEverySignalIsForwardedOnce(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		pid := strconv.Itoa(plainContainer(t, who))
		for _, options := range []string{"", "--privileged", "-F"} {
			t.Run("options "+options, func(t *testing.T) {
				args := append(strings.Fields(options), "-t", pid, "sh", "-c", counting())
				checkSignals(t, as(who, nstest.Tool(t, "nsjoin"), args...))
			})
		}
	})
}

// checkSignals sends each signal when the one before has been counted.
func checkSignals(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stderr = os.Stderr
	lines := startWithOutput(t, cmd)
	expect(t, lines, "ready")
	for _, f := range forwarded {
		if err := cmd.Process.Signal(f.signal); err != nil {
			t.Fatal(err)
		}
		expect(t, lines, f.name)
	}
	for line := range lines { // none came twice
		t.Errorf("then came %q", line)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 9 {
		t.Errorf("exit status %d, want 9", code)
	}
}

// startWithOutput starts a command, and hands over its lines of output.
func startWithOutput(t *testing.T, cmd *exec.Cmd) <-chan string {
	t.Helper()
	output, input, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = input
	start(t, cmd)
	input.Close()
	lines := make(chan string, 1000)
	go func() {
		defer output.Close()
		defer close(lines)
		for scanner := bufio.NewScanner(output); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return lines
}

// expect waits for the next line.
func expect(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	got := ""
	until(t, "the line "+want, func() bool {
		select {
		case got = <-lines:
			return true
		default:
			return false
		}
	})
	if got != want {
		t.Fatalf("got the line %q, want %q", got, want)
	}
}

// With SIGCHLD ignored a parent gets no exit status of its children.
func TestIgnoredSignalOfChildren(t *testing.T) {
	root.require(t)
	pid := strconv.Itoa(plainContainer(t, root))
	ignoring := func(args ...string) *exec.Cmd {
		return as(root, "env", append([]string{"--ignore-signal=CHLD", nstest.Tool(t, "nsjoin"), "-t", pid}, args...)...)
	}
	if r := nstest.Exec(t, ignoring("sh", "-c", "exit 7")); r.Code != 7 {
		t.Errorf("exit status %d, want 7: %s", r.Code, r.Stderr)
	}
	if got := ignoredBy(t, statusOf(t, sleeperIn(t, ignoring()))); got != 1<<16 {
		t.Errorf("ignored signals of the command %x, want CHLD", got)
	}
}

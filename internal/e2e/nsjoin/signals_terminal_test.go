//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// What the terminal sends goes to the whole foreground process group: the command has it
// already.
func TestTheTerminalsSignalsComeOnce(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		pid := strconv.Itoa(plainContainer(t, who))
		keyboard, terminal := openTerminal(t)
		cmd := as(who, nstest.Tool(t, "nsjoin"), "-t", pid, "sh", "-c", counting())
		if cmd.SysProcAttr == nil {
			cmd.SysProcAttr = &syscall.SysProcAttr{}
		}
		cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty = true, true
		cmd.Stdin = terminal
		lines := startWithOutput(t, cmd)
		expect(t, lines, "ready")
		for _, key := range []struct{ code, name string }{{"\x03", "INT"}, {"\x1c", "QUIT"}, {"\x03", "INT"}} {
			if _, err := keyboard.WriteString(key.code); err != nil {
				t.Fatal(err)
			}
			expect(t, lines, key.name)
		}
		if err := cmd.Process.Signal(unix.SIGTERM); err != nil {
			t.Fatal(err)
		}
		expect(t, lines, "TERM")
		for line := range lines {
			t.Errorf("then came %q", line)
		}
	})
}

func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return keyboard, terminal
}

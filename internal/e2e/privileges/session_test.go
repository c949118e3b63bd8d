//go:build linux

package privileges_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// pty is a new pseudo-terminal; the other side that every user can use.
func pty(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	must(t, err)
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	must(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	must(t, err)
	path := fmt.Sprint("/dev/pts/", n)
	must(t, os.Chmod(path, 0o666))
	slave, err = os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

// pushed runs the attack of CVE-2017-5226 in a session that has a terminal, and returns what the
// attacker says and how many characters wait to be read by the caller's shell.
func pushed(t *testing.T, c caller, options string) (said string, waiting int) {
	t.Helper()
	_, slave := pty(t)
	cmd := c.nsrun(t, append(strings.Fields(options), helper(t), pushArg)...)
	cmd.Stdin = slave
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty, cmd.SysProcAttr.Ctty = true, true, 0
	// The line discipline gives out lines only, which TIOCINQ counts: raw mode shows every character.
	termios, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	must(t, err)
	termios.Lflag &^= unix.ICANON | unix.ECHO
	must(t, unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, termios))
	said = mustRun(t, nstest.Exec(t, cmd))
	waiting, err = unix.IoctlGetInt(int(slave.Fd()), unix.TIOCINQ)
	must(t, err)
	return strings.TrimSpace(said), waiting
}

// A command in a session of its own cannot put characters into the caller's terminal, unless it
// has CAP_SYS_ADMIN in the initial user namespace: then the kernel lets it, on any terminal that
// it has a descriptor of.
func TestCVE_2017_5226(t *testing.T) {
	setUp(t)
	text, err := os.ReadFile("/proc/sys/dev/tty/legacy_tiocsti") // Linux 6.2
	if err == nil && strings.TrimSpace(string(text)) == "0" {
		nstest.Skip(t, "TIOCSTI is switched off: /proc/sys/dev/tty/legacy_tiocsti")
	}
	const can, cannot = "TIOCSTI: ok", "TIOCSTI: EPERM"
	for _, row := range []struct {
		caller  caller
		options string
		said    string
	}{
		{user, "", can},
		{user, "--new-session=off", can},
		{user, "--new-session", cannot},
		{user, "--new-session=on", cannot},
		{user, "-r --new-session", cannot},
		{user, "-r --pid --mnt --new-session", cannot},
		{user, "-r --harden", cannot},
		{user, "-r --harden --cap-add ALL", cannot},
		{user, "-r --harden --new-session=off", can},
		{root, "", can},
		{root, "--harden", cannot},
		{root, "-r --new-session", cannot},
		{root, "-S 1000 --new-session", cannot},
		{root, "--cap-drop SYS_ADMIN --new-session", cannot},
		{root, "--new-session", can},
	} {
		said, waiting := pushed(t, row.caller, row.options)
		want := 0
		if row.said == can {
			want = 1
		}
		if said != row.said || waiting != want {
			t.Errorf("%s, %q: %s, and %d characters wait; want %s and %d", row.caller.name, row.options, said, waiting, row.said, want)
		}
	}
}

// The command leads its session, which has no terminal.
func TestNewSession(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, row := range []struct {
			options string
			own     bool
		}{
			{"", false}, {"--fork", false}, {"--new-session", true}, {"--new-session=on", true}, {"--new-session=off", false},
			{"-r --pid --mnt --new-session", true}, {"-r --harden", true}, {"-r --harden --new-session=off", false},
		} {
			fields := strings.Fields(mustRun(t, c.run(t, row.options, "cat", "/proc/self/stat")))
			session, err := strconv.Atoi(fields[5]) // proc_pid_stat(5)
			must(t, err)
			if own := fields[5] == fields[0]; own != row.own {
				t.Errorf("%s: process %s is in session %d", row.options, fields[0], session)
			}
			if terminal := fields[6]; row.own && terminal != "0" {
				t.Errorf("%s: the terminal is %s", row.options, terminal)
			}
		}
	})
}

//go:build linux

package mounts_hostile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2025-52565 (runc): /dev/console was bound from a path that was something else by then. With
// a hostile /dev/pts and /dev/console in the root file system the console is the caller's
// terminal, or there is none.
func TestCVE_2025_52565(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		slave, master := terminal(t)
		must(t, os.Chmod(slave.Name(), 0o666))
		must(t, os.RemoveAll(filepath.Join(root, "dev/pts")))
		must(t, os.MkdirAll(filepath.Join(root, "dev/pts"), 0o755))
		for _, to := range []string{"OUT/console", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern"} {
			lay(t, filepath.Join(root, "dev/console"), "link", to, canary.dir)
			lay(t, filepath.Join(root, "dev/pts", filepath.Base(slave.Name())), "link", to, canary.dir)
			for _, options := range [][]string{{}, {"--dev=none"}, {"--overlay"}, {"--ro"}} {
				cmd := c.nsrun(t, job(options, root, "sh", "-c", "exec >&2; cat /proc/self/mountinfo; stat -L -c 'console %t:%T' /dev/console /proc/self/fd/1")...)
				output, err := os.CreateTemp(t.TempDir(), "")
				must(t, err)
				cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, output
				_ = cmd.Run()
				text, err := os.ReadFile(output.Name())
				must(t, err)
				output.Close()
				harmless(t, nstest.Result{Stdout: string(text)}, strings.Join(options, " "))
				consoles := 0
				for line := range strings.Lines(string(text)) {
					f := strings.Fields(line)
					if len(f) < 5 || f[4] != "/dev/console" {
						continue
					}
					consoles++
					if !strings.Contains(line, " - devpts ") || f[3] != "/"+filepath.Base(slave.Name()) {
						t.Errorf("%q: the console is %s", options, line)
					}
				}
				if consoles != 1 && !slices.Contains(options, "--dev=none") {
					t.Errorf("%q: %d consoles: %s", options, consoles, text)
				}
			}
		}
		_ = master.Close()
		canary.untouched(t)
	})
}

// The name of the caller's terminal leads to something else, where the caller is in a container:
// there is no console then, not that.
func TestCVE_2025_52565OfTheCaller(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, canary := rootOnTmpfs(t, c)
		slave, _ := terminal(t)
		must(t, unix.Mount(filepath.Join(canary.dir, "console"), slave.Name(), "", unix.MS_BIND, ""))
		defer unix.Unmount(slave.Name(), unix.MNT_DETACH)
		cmd := c.nsrun(t, job(nil, root, "sh", "-c", "cat /proc/self/mountinfo >&2; cat /dev/console >&2")...)
		var text strings.Builder
		cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, &text
		_ = cmd.Run()
		harmless(t, nstest.Result{Stdout: text.String()}, "a covered terminal")
		if !strings.Contains(text.String(), " /proc ") || strings.Contains(text.String(), " /dev/console ") {
			t.Errorf("the mounts are\n%s", text.String())
		}
		canary.quiet(t)
	})
}

// terminal is a new pseudo-terminal; what is written to it is thrown away.
func terminal(t *testing.T) (slave, master *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	must(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	must(t, err)
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { slave.Close() })
	go func() { _, _ = io.Copy(io.Discard, master) }()
	return slave, master
}

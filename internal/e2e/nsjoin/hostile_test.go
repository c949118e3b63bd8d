//go:build linux

package nsjoin_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

func TestTrapsOfAHostileTarget(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		pid := strconv.Itoa(hostile(t, who))
		for _, row := range []struct {
			name string
			args string
			code int
		}{
			{"a command", "true", 0},
			{"a command by its path", "/bin/true", 0},
			{"the exit status", "false", 1},
			{"the target's directories", "-r -w true", 0},
			{"a directory inside", "-W=/tmp true", 0},
			{"--privileged", "--privileged true", 0},
			{"without a fork", "-F true", 0},
			{"no such command", "/nonexistent", 127},
			{"no such command in PATH", "nonexistent", 127},
			{"a command that is a trap", "/etc/passwd", 126},
			{"no such directory", "-W=/nonexistent true", 125},
			{"a directory that is a trap", "-W=/etc/passwd true", 125},
		} {
			t.Run(row.name, func(t *testing.T) {
				// Exec says what hangs
				r := join(t, who, append([]string{"-t", pid}, strings.Fields(row.args)...)...)
				if r.Code != row.code || r.Stdout != "" {
					t.Errorf("exit status %d, want %d: %s", r.Code, row.code, r.Stderr)
				}
				if row.code < 125 && r.Stderr != "" {
					t.Errorf("stderr: %s", r.Stderr)
				}
			})
		}
	})
}

// Of the target's files nsjoin opens none: a Go program would open five before main.
func TestNothingIsOpenedInTheTarget(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		root.require(t)
		pid := strconv.Itoa(hostile(t, who))
		for _, options := range []string{"", "-F", "--privileged", "-r -w"} {
			for _, denied := range [][]string{nil, {"close_range"}, {"clone3", "setns:several", "pidfd_open", "execveat"}} {
				t.Run("options "+options+", without "+strings.Join(denied, " "), func(t *testing.T) {
					args := append([]string{"-t", pid}, append(strings.Fields(options), "/bin/true")...)
					inside, paths, threads := false, []string{}, 0
					w := &watch{command: "/bin/true", each: func(c call) verdict {
						if path := c.path(); inside && path != "" {
							paths = append(paths, path)
						}
						if inside && c.is(unix.SYS_CLONE) && c.args[0]&unix.CLONE_THREAD != 0 {
							threads++
						}
						inside = inside || c.is(unix.SYS_SETNS) && c.args[1]&unix.CLONE_NEWNS != 0
						return goOn
					}}
					cmd := deny(t, unix.ENOSYS, denied, as(who, nstest.Tool(t, "nsjoin"), args...))
					if status := w.run(t, cmd); status.ExitStatus() != 0 || !w.ended || !inside {
						t.Fatalf("exit status %d", status.ExitStatus())
					}
					checkOpened(t, paths, denied)
					if threads > 0 {
						t.Errorf("%d threads were started in the target", threads)
					}
				})
			}
		}
	})
}

// checkOpened: namespaces are compared by descriptor and a relative name; where there is
// no close_range(2), /proc/self/fd is listed, when it is that of the kernel.
func checkOpened(t *testing.T, paths, denied []string) {
	t.Helper()
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			continue
		}
		if path == "/proc/self/fd" && slices.Contains(denied, "close_range") {
			continue
		}
		t.Errorf("looks at %s in the target", path)
	}
}

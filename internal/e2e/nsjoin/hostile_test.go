//go:build linux

package nsjoin_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// traps are files that a program or a C library might open on its own, each a FIFO: who
// opens it for reading waits for ever.
var traps = []string{
	"proc/self/maps", "proc/self/cgroup", "proc/self/mountinfo", "proc/self/status", "proc/self/stat",
	"proc/self/exe", "proc/self/uid_map", "proc/self/setgroups", "proc/self/attr/current", "proc/stat",
	"proc/cpuinfo", "proc/meminfo", "proc/mounts", "proc/filesystems", "proc/sys/kernel/cap_last_cap",
	"proc/sys/kernel/osrelease", "proc/sys/vm/overcommit_memory", "proc/sys/net/core/somaxconn",
	"sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "sys/devices/system/cpu/online",
	"sys/fs/cgroup/cpu.max", "etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/ld.so.cache",
	"etc/ld.so.preload", "etc/localtime", "etc/resolv.conf", "etc/hosts", "etc/selinux/config",
	"dev/null", "dev/tty", "dev/zero", "dev/urandom", "dev/console", "lib64/ld-linux-x86-64.so.2",
	"lib64/libc.so.6", "usr/share/locale/locale.alias", "usr/lib/locale/locale-archive", "tmp/x", "run/x",
}

// hostileRootfs has the traps in place of what is there otherwise.
func hostileRootfs(t *testing.T) string {
	t.Helper()
	rootfs := nstest.Rootfs(t)
	for _, trap := range traps {
		path := filepath.Join(rootfs, trap)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path)
		if err := unix.Mkfifo(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return rootfs
}

// hostile is a container that shows the traps, instead of what nsrun has mounted.
func hostile(t *testing.T, who caller) int {
	t.Helper()
	return container(t, who, hostileRootfs(t), "umount -l /dev; umount -l /sys; umount -l /proc") // umount(8) reads /proc/mounts
}

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

// With -r alone too the binaries, and the files, are the target's.
func TestTrapsBehindARootDirectory(t *testing.T) {
	root.require(t)
	pid := strconv.Itoa(hostile(t, root))
	for _, row := range []struct {
		name, args string
		code       int
	}{
		{"a command", "-u -r true", 0},
		{"no such command", "-u -r /nonexistent", 127},
		{"no such directory", "-u -r -W=/nonexistent true", 125},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := join(t, root, append([]string{"-t", pid}, strings.Fields(row.args)...)...)
			if r.Code != row.code {
				t.Errorf("exit status %d, want %d: %s", r.Code, row.code, r.Stderr)
			}
		})
	}
	t.Run("and the host's binary stays out of it", func(t *testing.T) {
		tool := ownTool(t, root, 0o755)
		w := &watch{command: "/bin/true", last: func(c call) verdict {
			checkExecutable(t, "/proc/"+strconv.Itoa(c.pid)+"/exe", tool)
			return goOn
		}}
		if status := w.run(t, as(root, tool, "-t", pid, "-u", "-r", "/bin/true")); status.ExitStatus() != 0 || !w.ended {
			t.Errorf("exit status %d", status.ExitStatus())
		}
	})
}

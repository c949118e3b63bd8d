//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestExitStatus(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		pid := strconv.Itoa(plainContainer(t, who))
		for _, options := range [][]string{{"-t", pid}, {"-F", "-t", pid}, {"-U", "-u", "-t", pid}} {
			run := func(args ...string) nstest.Result { return join(t, who, append(options, args...)...) }
			for _, code := range []int{0, 1, 42, 125, 126, 127, 128, 255} {
				r := run("sh", "-c", fmt.Sprintf("exit %d", code))
				if r.Code != code || r.Signal != 0 || r.Stderr != "" {
					t.Errorf("%v: exit status %d %v, want %d: %s", options, r.Code, r.Signal, code, r.Stderr)
				}
			}
			for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL, syscall.SIGSEGV, syscall.SIGHUP, syscall.SIGUSR1} {
				r := run("sh", "-c", fmt.Sprintf("ulimit -c 0; kill -%d $$; sleep 1000", int(signal)))
				if r.Signal != signal || r.Stderr != "" {
					t.Errorf("%v: ended with %d %v, want %v: %s", options, r.Code, r.Signal, signal, r.Stderr)
				}
			}
		}
	})
}

func TestACommandThatCannotBeExecuted(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs := nstest.Rootfs(t)
		for name, text := range map[string]string{
			"text": "echo hello\n", "noexec": "#!/bin/sh\n", "interpreter": "#!/nonexistent\n",
		} {
			ownFile(t, root, writeFile(t, text), rootfs+"/usr/bin/"+name, map[bool]os.FileMode{true: 0o644, false: 0o755}[name == "noexec"])
		}
		pid := strconv.Itoa(container(t, who, rootfs, ""))
		for _, row := range []struct {
			name, options, command string
			code                   int
			words                  []string
		}{
			{"not found in PATH", "", "nonexistent", 127, []string{"nonexistent", "No such file"}},
			{"not found", "", "/nonexistent", 127, []string{"/nonexistent", "No such file"}},
			{"no permission", "", "noexec", 126, []string{"noexec", "ermission denied"}},
			{"no format", "", "text", 126, []string{"text", "format error"}},
			{"no interpreter", "", "/usr/bin/interpreter", 127, []string{"/usr/bin/interpreter"}},
			{"a directory", "", "/usr", 126, []string{"/usr", "ermission denied"}},
			{"outside: not found", "-U -u", "/nonexistent", 127, []string{"/nonexistent", "ENOENT"}},
			{"outside: a directory", "-U -u", "/usr", 126, []string{"/usr", "EACCES"}},
		} {
			t.Run(row.name, func(t *testing.T) {
				args := append(strings.Fields(row.options), "-t", pid, row.command)
				refused(t, join(t, who, args...), row.code, row.words...)
			})
		}
		t.Run("control characters in its name", func(t *testing.T) {
			refused(t, join(t, who, "-t", pid, "/\x1b]0;title\a\nnsjoin"), 127)
		})
	})
}

func writeFile(t testing.TB, text string) string {
	t.Helper()
	path := nstest.TempDir(t) + "/file"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArgumentsArePassedByteForByte(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		pid := strconv.Itoa(plainContainer(t, who))
		words := []string{"", " ", "-x", "--", "a b", "\xff\xfe", "$(touch /x)", "*", "\n"}
		args := append([]string{"-t", pid, "--", "printf", "[%s]"}, words...)
		want := "[" + strings.Join(words, "][") + "]"
		if r := join(t, who, args...); r.Stdout != want || r.Code != 0 {
			t.Errorf("got %q, want %q: %s", r.Stdout, want, r.Stderr)
		}
		long := strings.Repeat("x", 100_000)
		if r := join(t, who, "-t", pid, "printf", "%s", long, long, long, long, long); len(r.Stdout) != 500_000 {
			t.Errorf("%d bytes arrived: %s", len(r.Stdout), r.Stderr)
		}
	})
}

// What is closed for nsjoin is /dev/null for the command, and nothing else lands there.
func TestClosedStandardStreams(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := plainContainer(t, who)
		for _, closed := range []string{"<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"} {
			t.Run(closed, func(t *testing.T) {
				script := fmt.Sprintf(`exec "$0" "$@" %s`, closed)
				pid := sleeperIn(t, as(who, "sh", "-c", script, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target)))
				for fd, sign := range []string{"<&-", " >&-", "2>&-"} {
					link, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
					if err != nil {
						t.Errorf("descriptor %d: %v", fd, err)
					} else if strings.Contains(" "+closed, sign) && link != "/dev/null" {
						t.Errorf("descriptor %d is %s", fd, link)
					}
				}
				checkDescriptors(t, pid)
			})
		}
	})
}

// checkDescriptors: a process has 0, 1 and 2, and no others.
func checkDescriptors(t *testing.T, pid int) {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err != nil || fd > 2 {
			link, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, e.Name()))
			t.Errorf("process %d has descriptor %s: %s", pid, e.Name(), link)
		}
	}
}

func TestInheritedDescriptorsStayOutside(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := plainContainer(t, who)
		for _, options := range []string{"", "-F", "-U -u", "--privileged"} {
			t.Run("options "+options, func(t *testing.T) {
				args := append(strings.Fields(options), "-t", strconv.Itoa(target))
				cmd := as(who, nstest.Tool(t, "nsjoin"), args...)
				for range 8 {
					dir, err := os.Open("/")
					if err != nil {
						t.Fatal(err)
					}
					defer dir.Close()
					cmd.ExtraFiles = append(cmd.ExtraFiles, dir)
				}
				checkDescriptors(t, sleeperIn(t, cmd))
			})
		}
	})
}

func TestEnvironmentIsTheCallers(t *testing.T) {
	pid := strconv.Itoa(plainContainer(t, plain))
	cmd := as(plain, nstest.Tool(t, "nsjoin"), "-t", pid, "env")
	cmd.Env = []string{"PATH=/bin", "A=1", "EMPTY=", "B=\xff"}
	if got, want := well(t, nstest.Exec(t, cmd)), "PATH=/bin\nA=1\nEMPTY=\nB=\xff"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	cmd = as(plain, nstest.Tool(t, "nsjoin"), "-t", pid, "/bin/env")
	cmd.Env = []string{}
	if got := well(t, nstest.Exec(t, cmd)); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

// What a Go program's start changes is as the caller had it.
func TestLimitsAndSignalsAreTheCallers(t *testing.T) {
	root.require(t)
	target := plainContainer(t, root)
	cmd := as(root, "sh", "-c", `ulimit -Sn 77; ulimit -c 0; trap "" PIPE USR2; umask 027; exec "$0" "$@"`,
		nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target))
	pid := sleeperIn(t, cmd)
	text := statusOf(t, pid)
	if got := status(text, "SigIgn"); got != "0000000000001800" {
		t.Errorf("ignored signals %s, want PIPE and USR2", got)
	}
	if got := status(text, "SigBlk"); strings.Trim(got, "0") != "" {
		t.Errorf("blocked signals %s, want none", got)
	}
	if got := status(text, "Umask"); got != "0027" {
		t.Errorf("umask %s, want 0027", got)
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(limits)) {
		if f := strings.Fields(line); strings.HasPrefix(line, "Max open files") && f[3] != "77" {
			t.Errorf("limit of open files %s, want 77", f[3])
		}
	}
}

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

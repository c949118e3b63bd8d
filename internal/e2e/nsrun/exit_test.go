//go:build linux

package nsrun_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// ways are the ways by which the tool comes to the command: executed by C in the same
// process, in a child, by Go.
func ways(root string) map[string][]string {
	return map[string][]string{
		"executed at once": {"--uts"},
		"no namespace":     {},
		"in a child":       {"--uts", "--fork"},
		"by Go":            {"--mnt"},
		"by Go in a child": {"--mnt", "--fork"},
		"PID 1":            {"--pid"},
		"the main job":     mainJob(root),
	}
}

func TestExitStatus(t *testing.T) {
	root := nstest.Rootfs(t)
	for way, options := range ways(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				for _, code := range []int{0, 1, 2, 42, 124, 125, 126, 127, 128, 129, 137, 200, 255} {
					r := c.run(t, append(options, "sh", "-c", "exit "+strconv.Itoa(code))...)
					if r.Code != code || r.Signal != 0 || r.Stderr != "" {
						t.Errorf("exit %d: status %d, signal %d, stderr %q", code, r.Code, r.Signal, r.Stderr)
					}
				}
			})
		})
	}
}

// The tool ends by the signal that ended the command, so that a shell sees what it would
// have seen without the tool, and leaves the one core file to the command.
func TestKilledCommand(t *testing.T) {
	root := nstest.Rootfs(t)
	for way, options := range ways(root) {
		if way == "PID 1" || way == "the main job" { // which ignores what it does not handle
			continue
		}
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				dir := worldWritable(t)
				for _, sig := range []syscall.Signal{1, 2, 3, 6, 9, 10, 11, 13, 14, 15, 24, 31, 34, 64} {
					script := fmt.Sprintf(`ulimit -c 0; exec "$NSRUN" "$@" sh -c 'kill -%d $$; exit 7'`, sig)
					cmd := c.shell(t, script, options...)
					cmd.Dir = dir
					r := nstest.Exec(t, cmd)
					if r.Signal != sig || r.Stderr != "" {
						t.Errorf("signal %d: status %d, signal %d, stderr %q", sig, r.Code, r.Signal, r.Stderr)
					}
				}
			})
		})
	}
}

func worldWritable(t *testing.T) string {
	t.Helper()
	dir := nstest.TempDir(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNoSecondCore(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, options := range []string{"--fork", "--mnt --fork"} {
			cmd := c.shell(t, `ulimit -c unlimited; exec "$NSRUN" "$@" sh -c 'ulimit -c 0; kill -SEGV $$'`, strings.Fields(options)...)
			cmd.Dir = worldWritable(t)
			r := nstest.Exec(t, cmd)
			ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if r.Signal != unix.SIGSEGV || ws.CoreDump() {
				t.Errorf("nsrun %s: signal %d, core %v", options, r.Signal, ws.CoreDump())
			}
			if cores, _ := filepath.Glob(filepath.Join(cmd.Dir, "*core*")); len(cores) > 0 {
				t.Errorf("nsrun %s: core files %q", options, cores)
			}
		}
	})
}

// PID 1 is killed from outside, and the tool says by which signal.
func TestKilledPID1(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		for _, options := range [][]string{{"--pid"}, mainJob(root)} {
			run := start(t, c.nsrun(t, append(options, "sh", "-c", "echo ready; exec sleep 1000")...))
			if err := unix.Kill(run.command(t), unix.SIGKILL); err != nil {
				t.Fatal(err)
			}
			r := run.wait(t)
			if r.Signal != unix.SIGKILL {
				t.Errorf("nsrun %v: status %d, signal %v", options, r.Code, r.Signal)
			}
		}
	})
}

func TestCommandCannotBeExecuted(t *testing.T) {
	root := nstest.Rootfs(t)
	write(t, filepath.Join(root, "usr/bin/text"), "echo not a script\n", 0o755)
	write(t, filepath.Join(root, "usr/bin/not-executable"), "#!/bin/sh\n", 0o644)
	write(t, filepath.Join(root, "usr/bin/no-interpreter"), "#!/no/such/interpreter\n", 0o755)
	write(t, filepath.Join(root, "usr/bin/empty"), "", 0o755)
	if err := os.Symlink("loop", filepath.Join(root, "usr/bin/loop")); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, command string
		code          int
		words         []string
	}{
		{"not in PATH", "nothing-like-it", 127, []string{"nothing-like-it", "no such file or directory"}},
		{"no such path", "/usr/bin/nothing-like-it", 127, []string{"/usr/bin/nothing-like-it", "no such file or directory"}},
		{"a directory", "/usr", 126, []string{"/usr", "permission denied"}},
		{"not executable", "/usr/bin/not-executable", 126, []string{"/usr/bin/not-executable", "permission denied"}},
		{"not executable, found in PATH", "not-executable", 126, []string{"not-executable", "permission denied"}},
		{"a text file", "text", 126, []string{"text", "exec format error", "hint: ", "#!"}},
		{"an empty file", "/usr/bin/empty", 126, []string{"exec format error"}},
		{"an interpreter that is missing", "/usr/bin/no-interpreter", 127,
			[]string{"/usr/bin/no-interpreter", "no such file", "hint: ", "interpreter"}},
		{"below a file", "/etc/passwd/x", 126, []string{"/etc/passwd/x", "not a directory"}},
		{"a loop of links", "loop", 126, []string{"loop", "too many levels"}},
		{"a name that is too long", strings.Repeat("x", 300), 127, []string{"execute xxx"}},
		{"an empty name", "", 127, []string{`execute ""`, "no such file"}},
		{"a name with control characters", "a\x1b[2Jb\nc", 127, []string{`a\x1b[2Jb\nc`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				mustFail(t, c.run(t, mainJob(root, row.command)...), row.code, row.words...)
			})
		})
	}
}

// The same where C executes the command, and Go starts only to say why it could not.
func TestCommandCannotBeExecutedAtOnce(t *testing.T) {
	dir := nstest.TempDir(t)
	text := filepath.Join(dir, "text")
	write(t, text, "no script\n", 0o755)
	for _, row := range []struct {
		name    string
		options []string
		command string
		code    int
		words   []string
	}{
		{"not in PATH", []string{"--uts"}, "nothing-like-it", 127, []string{"execute nothing-like-it", "no such file"}},
		{"in a child", []string{"--uts", "--fork"}, "nothing-like-it", 127, []string{"execute nothing-like-it"}},
		{"as PID 1", []string{"--pid"}, "nothing-like-it", 127, []string{"execute nothing-like-it"}},
		{"without namespaces", nil, "nothing-like-it", 127, []string{"execute nothing-like-it"}},
		{"a directory", []string{"--uts", "--root=/"}, dir, 126, []string{"permission denied"}},
		{"a text file", []string{"--uts"}, text, 126, []string{"exec format error", "hint: "}},
		{"a text file in a child", []string{"--uts", "-f"}, text, 126, []string{"exec format error", "hint: "}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				mustFail(t, c.run(t, append(row.options, row.command)...), row.code, row.words...)
			})
		})
	}
}

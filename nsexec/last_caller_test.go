//go:build linux && cgo

package nsexec_test

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
)

// Each way to the command: Go's last step in a process that the constructor left alone,
// and in one that it forked; C alone, without and with a fork.
func waysToTheCommand(t *testing.T, path string, command ...string) map[string][]string {
	t.Helper()
	step := lastStep{Last: nsexec.Last{Args: command}}.argument(t)
	return map[string][]string{
		"Go":        {path, "--first=last", "--", step},
		"Go inside": {path, "--inside=last", "--", step},
		"Go forked": {path, "--fork", "--inside=last", "--", step},
		"C":         append([]string{path, "--"}, command...),
		"C forked":  append([]string{path, "--fork", "--"}, command...),
	}
}

// What a Go runtime changes at its start is as the caller had it.
func TestCallersSignalsAreRestored(t *testing.T) {
	for _, b := range []build{dynamic, muslStatic} {
		path := probe(t, b)
		for name, way := range waysToTheCommand(t, path, statusCommand...) {
			t.Run(b.String()+"/"+name, func(t *testing.T) {
				r := nstest.Exec(t, exec.Command(path, append([]string{"--first=block", "--", path}, way...)...))
				if r.Code != 0 {
					t.Fatalf("status %d\n%s", r.Code, r.Stderr)
				}
				for field, want := range map[string]uint64{"SigBlk": 1 << 9, "SigIgn": 1 << 11} {
					got, err := strconv.ParseUint(fieldOf(t, r.Stdout, field), 16, 64)
					if err != nil || got&(1<<9|1<<11|1<<16|1<<14) != want {
						t.Errorf("%s is %x, want %x (SIGUSR1 blocked, SIGUSR2 ignored), %v", field, got, want, err)
					}
				}
				wantFields(t, r.Stdout, map[string]string{"SigCgt": "0000000000000000", "SigPnd": "0000000000000000"})
			})
		}
		t.Run(b.String()+"/nothing blocked", func(t *testing.T) {
			for name, way := range waysToTheCommand(t, path, statusCommand...) {
				r := nstest.Exec(t, exec.Command(way[0], way[1:]...))
				if got := fieldOf(t, r.Stdout, "SigBlk"); got != "0000000000000000" {
					t.Errorf("%s: SigBlk is %s", name, got)
				}
			}
		})
	}
}

// Go's threads may sleep longer than they ask for; the command's may not.
func TestCallersTimerSlackIsRestored(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(before), 0, 0, 0)
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, 77_777, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	for _, b := range []build{dynamic, muslStatic} {
		for name, way := range waysToTheCommand(t, probe(t, b), "cat", "/proc/self/timerslack_ns") {
			out, err := exec.Command(way[0], way[1:]...).CombinedOutput()
			if err != nil || string(out) != "77777\n" {
				t.Errorf("%v, %s: %v, %q", b, name, err, out)
			}
		}
	}
}

func TestCallersLimitOfOpenFilesIsRestored(t *testing.T) {
	for _, b := range []build{dynamic, muslStatic} {
		for name, way := range waysToTheCommand(t, probe(t, b), "sh", "-c", "ulimit -Sn; ulimit -Hn") {
			r := nstest.Exec(t, exec.Command("sh", append([]string{"-c", `ulimit -Sn 77; ulimit -Hn 1000; exec "$@"`, "sh"}, way...)...))
			if r.Stdout != "77\n1000\n" {
				t.Errorf("%v, %s: %q\n%s", b, name, r.Stdout, r.Stderr)
			}
		}
	}
}

// What Go starts before the last step, such as newuidmap(1), is no less a child of the
// caller's.
func TestChildrenOfGoGetTheCallersLimit(t *testing.T) {
	for _, way := range []string{"--first=spawn", "--inside=spawn"} {
		r := nstest.Exec(t, exec.Command("sh", "-c", `ulimit -Sn 77; exec "$@"`, "sh", probe(t, dynamic), way, "--", "sh", "-c", "ulimit -Sn"))
		if r.Code != 0 || r.Stdout != "77\n" {
			t.Errorf("%s: status %d, %q\n%s", way, r.Code, r.Stdout, r.Stderr)
		}
	}
}

// A supervisor waits, whatever its caller made of SIGCHLD; the command gets it as it was.
func TestIgnoredSIGCHLD(t *testing.T) {
	path := probe(t, dynamic)
	for name, way := range waysToTheCommand(t, path, statusCommand...) {
		r := nstest.Exec(t, exec.Command("env", append([]string{"--ignore-signal=CHLD"}, way...)...))
		if mask, err := strconv.ParseUint(fieldOf(t, r.Stdout, "SigIgn"), 16, 64); err != nil || mask&(1<<16) == 0 {
			t.Errorf("%s: SigIgn is %x, %v", name, mask, err)
		}
	}
	for name, way := range waysToTheCommand(t, path, "sh", "-c", "exit 5") {
		if r := nstest.Exec(t, exec.Command("env", append([]string{"--ignore-signal=CHLD"}, way...)...)); r.Code != 5 {
			t.Errorf("%s: status %d, want 5\n%s", name, r.Code, r.Stderr)
		}
	}
}

// Not even a variable that the constructor has for Go only.
func TestCallersEnvironmentIsHandedOn(t *testing.T) {
	for name, way := range waysToTheCommand(t, probe(t, dynamic), "/usr/bin/env") {
		for _, env := range [][]string{{}, {"A=1"}, {"GOMAXPROCS=7"}, {"B=2", "A=1"}, {"GOMAXPROCS=7", "A=1"}} {
			cmd := exec.Command(way[0], way[1:]...)
			cmd.Env = env
			r := nstest.Exec(t, cmd)
			if got := strings.Split(r.Stdout, "\n"); !slices.Equal(got[:len(got)-1], env) {
				t.Errorf("%s, %q: %q\n%s", name, env, r.Stdout, r.Stderr)
			}
		}
	}
}

func TestLastStepKeepsDescriptors(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	files := []*os.File{null, null, null, null}
	for _, prefix := range [][]string{nil, nstest.Deny(t, 38, "close_range")} { // ENOSYS, as before Linux 5.9
		for keep, want := range []string{"0 1 2", "0 1 2 3", "0 1 2 3 4"} {
			step := lastStep{Last: nsexec.Last{Args: []string{"sh", "-c", "ls /proc/$$/fd; :"}, KeepFDs: keep}}
			argv := append(append([]string{}, prefix...), step.command(t).Args...)
			cmd := exec.Command(argv[0], argv[1:]...)
			cmd.ExtraFiles = files
			r := nstest.Exec(t, cmd)
			if got := strings.Join(strings.Fields(r.Stdout), " "); got != want {
				t.Errorf("%q, keep %d: descriptors %s, want %s\n%s", prefix, keep, got, want, r.Stderr)
			}
		}
	}
}

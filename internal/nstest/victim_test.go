//go:build linux

package nstest

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// envVictim names the victim that TestVictim is to be. Without it TestVictim is no test.
const envVictim = "NSTEST_TEST_VICTIM"

// victims are tests that end badly: what the harness makes of them is tested by running
// this test binary again.
var victims = map[string]func(t *testing.T){
	"pass":  inChild(func(t *testing.T) {}),
	"error": inChild(func(t *testing.T) { t.Error("the child's words") }),
	"panic": inChild(func(t *testing.T) { panic("the child's words") }),
	"os.Exit(0)": inChild(func(t *testing.T) {
		os.Exit(0)
	}),
	"exit_group(0)": inChild(func(t *testing.T) { syscall.Exit(0) }),
	"SIGKILL": inChild(func(t *testing.T) {
		if err := unix.Kill(os.Getpid(), unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}),
	"hang":               func(t *testing.T) { InChild(t, Child{limit: time.Second}, func(t *testing.T) { select {} }) },
	"Skip":               inChild(func(t *testing.T) { Skip(t, "the child's words") }),
	"t.Skip":             inChild(func(t *testing.T) { t.Skip("the child's words") }),
	"cleanup":            inChild(func(t *testing.T) { t.Cleanup(func() { t.Error("the child's words") }) }),
	"nested":             inChild(inChild(func(t *testing.T) {})),
	"unreached":          func(t *testing.T) { InChild(t, Child{}, func(t *testing.T) {}) }, // see TestVictim
	"exit in the parent": func(t *testing.T) { os.Exit(7) },
	"leaks":              leakEverything,
}

func inChild(fn func(t *testing.T)) func(t *testing.T) {
	return func(t *testing.T) { InChild(t, Child{}, fn) }
}

func TestVictim(t *testing.T) {
	name := os.Getenv(envVictim)
	if name == "" || name == "unreached" && this != nil {
		return
	}
	victims[name](t)
}

// runVictim runs the victim as go test would run it, in mount and UTS namespaces of its
// own where the caller is root.
func runVictim(t *testing.T, name string, env ...string) (code int, output string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestVictim$", "-test.v")
	cmd.Env = append(os.Environ(), envVictim+"="+name, "NSTEST_MUST_RUN=")
	cmd.Env = append(cmd.Env, env...)
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS | unix.CLONE_NEWUTS}
	}
	var both strings.Builder
	cmd.Stdout, cmd.Stderr = &both, &both
	result := Exec(t, cmd)
	return result.Code, both.String()
}

// What is too slow, or cannot be made on every machine.
func TestJudge(t *testing.T) {
	fork := func(errno error) error { return &os.PathError{Op: "fork/exec", Path: "x", Err: errno} }
	reached := []byte(`{"Reached":true}`)
	for _, row := range []struct {
		why  string
		end  ending
		want outcome
	}{
		{"all is well", ending{report: reached}, passed},
		{"something holds the output open", ending{err: exec.ErrWaitDelay, report: reached}, failed},
		{"no user namespaces", ending{err: fork(unix.EPERM)}, skipped},
		{"the limit of namespaces", ending{err: fork(unix.ENOSPC)}, skipped},
		{"a namespace that the kernel lacks", ending{err: fork(unix.EINVAL)}, skipped},
		{"no memory", ending{err: fork(unix.ENOMEM)}, failed},
		{"half a report", ending{report: reached[:5]}, failed},
		{"no report", ending{}, failed},
		{"too late", ending{timedOut: true, report: reached}, failed},
	} {
		if got := judge(row.end); got.outcome != row.want {
			t.Errorf("%s: %v %q, want %v", row.why, got.outcome, got.text, row.want)
		}
	}
}

func TestVerdictOfAChild(t *testing.T) {
	RequireUserNS(t)
	for _, tc := range []struct {
		victim string
		code   int
		want   string
		env    string
	}{
		{victim: "pass", code: 0, want: "--- PASS: TestVictim"},
		{victim: "error", code: 1, want: "the child's words"},
		{victim: "panic", code: 1, want: "the child's words"},
		{victim: "os.Exit(0)", code: 1, want: "unexpected call to os.Exit(0)"},
		{victim: "exit_group(0)", code: 1, want: "exited with status 0 before its test had ended"},
		{victim: "SIGKILL", code: 1, want: "signal: killed"},
		{victim: "hang", code: 1, want: "did not end in time"},
		{victim: "hang", code: 1, want: "goroutine 1"}, // where it hung
		{victim: "Skip", code: 0, want: "in the child: the child's words"},
		{victim: "Skip", code: 1, want: "the child's words", env: "NSTEST_MUST_RUN=1"},
		{victim: "t.Skip", code: 0, want: "--- SKIP: TestVictim"},
		{victim: "t.Skip", code: 1, want: "NSTEST_MUST_RUN=1: in the child", env: "NSTEST_MUST_RUN=1"},
		{victim: "cleanup", code: 1, want: "the child's words"},
		{victim: "nested", code: 1, want: "InChild inside InChild"},
		{victim: "unreached", code: 1, want: "never came to this InChild"},
		{victim: "exit in the parent", code: 7, want: ""},
	} {
		t.Run(strings.TrimSpace(tc.victim+" "+tc.env), func(t *testing.T) {
			code, output := runVictim(t, tc.victim, tc.env)
			if code != tc.code || !strings.Contains(output, tc.want) {
				t.Errorf("exit status %d, want %d and %q in:\n%s", code, tc.code, tc.want, output)
			}
		})
	}
}

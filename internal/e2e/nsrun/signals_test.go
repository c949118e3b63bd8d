//go:build linux

package nsrun_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// forwarding are the ways in which there is a supervisor, and so something to forward.
func forwarding(root string) map[string][]string {
	return map[string][]string{
		"in a child":       {"--uts", "--fork"},
		"--kill-child":     {"--uts", "--kill-child"},
		"by Go in a child": {"--mnt", "--fork"},
		"PID 1":            {"--pid"},
		"the main job":     mainJob(root),
	}
}

// Each signal comes to the command once: the shell prints its number each time.
func TestSignalsAreForwarded(t *testing.T) {
	root := nstest.Rootfs(t)
	signals := []unix.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGALRM,
		unix.SIGWINCH, unix.SIGPIPE, unix.SIGURG, unix.SIGIO, 34, 35, 64}
	script := "sleep 1000 & trap 'kill $!; echo USR2; exit 9' USR2\n"
	for _, sig := range signals {
		script += fmt.Sprintf("trap 'echo %d' %d\n", sig, sig)
	}
	script += "echo ready\nwhile :; do wait; done\n" // wait and not read: a signal right before read is not seen
	for way, options := range forwarding(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				run := start(t, c.nsrun(t, append(options, "sh", "-c", script)...))
				for round := 0; round < 2; round++ {
					for _, sig := range signals {
						run.signal(t, sig)
						if got := run.line(t); got != fmt.Sprint(int(sig)) {
							t.Errorf("after signal %d the command got %q", sig, got)
						}
					}
				}
				run.signal(t, unix.SIGUSR2)
				if r := run.wait(t); r.Code != 9 || r.Stdout != "USR2\n" || r.Stderr != "" {
					t.Errorf("at the end: %+v", r)
				}
			})
		})
	}
}

// A signal that the command does not handle ends it, and the tool with the same signal.
func TestForwardedSignalEndsTheCommand(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, sig := range []unix.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGPIPE, 34, 64} {
			run := start(t, c.shell(t, `ulimit -c 0; exec "$NSRUN" --uts --fork sh -c 'echo ready; exec sleep 1000'`))
			run.signal(t, sig)
			if r := run.wait(t); r.Signal != sig || r.Stderr != "" {
				t.Errorf("signal %d: %+v", sig, r)
			}
		}
	})
}

// What the caller ignores or blocks, its limits, umask, niceness and environment come to
// the command as they are.
func TestProcessStateReachesTheCommand(t *testing.T) {
	root := nstest.Rootfs(t)
	const script = `trap "" HUP USR1 CHLD TSTP TTOU 40 64; umask 027; ulimit -n 200; ulimit -s 4096; export MARKED="a
b" TZ=x; echo 77 >/proc/self/oom_score_adj; exec `
	look := []string{"cat", "/proc/self/status", "/proc/self/limits", "/proc/self/oom_score_adj", "/proc/self/environ", "-"}
	for way, options := range ways(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				state := func(script string, args []string) string {
					t.Helper()
					cmd := c.shell(t, script, args...)
					cmd.Stdin = strings.NewReader("from stdin\n")
					return inherited(mustRun(t, withBlocked(t, func() nstest.Result { return nstest.Exec(t, cmd) })))
				}
				got := state(script+`"$NSRUN" "$@"`, append(options, look...))
				want := state(script+`"$@"`, look)
				if got != want || !strings.Contains(want, "from stdin") || !strings.Contains(want, "SigBlk") {
					t.Errorf("the command has:\n%s\nwithout nsrun it has:\n%s", got, want)
				}
			})
		})
	}
}

// inherited leaves out of what TestProcessStateReachesTheCommand prints the lines about
// what is not handed on from process to process.
func inherited(text string) string {
	kept := ""
	for line := range strings.Lines(text) {
		name, _, isStatus := strings.Cut(line, ":\t")
		if !isStatus || slices.Contains([]string{"SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd", "Umask", "Cpus_allowed", "Speculation_Store_Bypass"}, name) {
			kept += line
		}
	}
	return kept
}

// withBlocked runs fn on a thread that blocks some signals: what it starts inherits that.
func withBlocked(t *testing.T, fn func() nstest.Result) nstest.Result {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var old unix.Sigset_t
	block := unix.Sigset_t{}
	for _, sig := range []uint{uint(unix.SIGUSR2), uint(unix.SIGTERM), 36, 63} {
		block.Val[0] |= 1 << (sig - 1)
	}
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &block, &old); err != nil {
		t.Fatal(err)
	}
	defer unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	return fn()
}

// A caller that ignores SIGCHLD gets no exit status of its own children; the tool must.
func TestIgnoredSIGCHLD(t *testing.T) {
	root := nstest.Rootfs(t)
	for way, options := range ways(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				cmd := c.shell(t, `trap "" CHLD; exec "$NSRUN" "$@"`, append(options, "sh", "-c", "exit 42")...)
				if r := nstest.Exec(t, cmd); r.Code != 42 || r.Stderr != "" {
					t.Errorf("%+v", r)
				}
				cmd = c.shell(t, `trap "" CHLD; exec "$NSRUN" "$@"`, append(options, "nothing-like-it")...)
				mustFail(t, nstest.Exec(t, cmd), 127, "nothing-like-it")
			})
		})
	}
}

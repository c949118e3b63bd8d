//go:build linux

package nsrun_test

import (
	"math/rand"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// SIGKILL for the tool at any moment leaves no process: the death signal, the PID
// namespace, and the look after the fork whether the parent still lives see to it.
func TestKillAtRandomMoments(t *testing.T) {
	root := nstest.Rootfs(t)
	const script = "sleep 1000 & sleep 1000 & echo ready; wait"
	for _, row := range []struct {
		name    string
		options []string
		rounds  int
	}{
		{"the main job", mainJob(root), 50},
		{"a PID namespace alone", []string{"--pid"}, 20},
		{"a child that is alone", []string{"--uts", "--fork"}, 20},
		{"--kill-child with Go", []string{"--mnt", "--kill-child"}, 20},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				command := []string{"sh", "-c", script}
				if row.name == "a child that is alone" || row.name == "--kill-child with Go" {
					command = []string{"sleep", "1000"} // without a PID namespace nothing binds the command's own children
				}
				seen := 0
				for range row.rounds {
					run := launch(t, c.nsrun(t, append(row.options, command...)...))
					time.Sleep(time.Duration(rand.Int63n(int64(12 * time.Millisecond))))
					seen = max(seen, len(findMarked(run.mark)))
					run.signal(t, unix.SIGKILL)
					if r := run.wait(t); r.Signal != unix.SIGKILL {
						t.Errorf("%+v", r)
					}
					waitNoneMarked(t, run.mark)
				}
				if seen < 2 {
					t.Errorf("at most %d processes of a run were seen: the test tests nothing", seen)
				}
			})
		})
	}
}

func TestKillOnceItRuns(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		run := start(t, c.nsrun(t, mainJob(root, "sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait")...))
		if n := len(findMarked(run.mark)); n != 4 {
			t.Errorf("%d processes, want nsrun, the shell and two of its own", n)
		}
		run.signal(t, unix.SIGKILL)
		run.wait(t)
		waitNoneMarked(t, run.mark)
	})
}

// --kill-child=SIG: the command gets that signal when the tool dies, in any spelling.
func TestKillChild(t *testing.T) {
	for _, option := range []string{"--kill-child=TERM", "--kill-child=SIGTERM", "--kill-child=term", "--kill-child=15"} {
		t.Run(option, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				const script = "trap 'echo got TERM; exit' TERM; echo ready; while :; do read x </dev/null; done"
				for _, kind := range []string{"--uts", "--mnt"} {
					run := start(t, c.nsrun(t, option, kind, "sh", "-c", script))
					run.signal(t, unix.SIGKILL)
					if got := run.line(t); got != "got TERM" {
						t.Errorf("the command printed %q", got)
					}
					run.wait(t)
				}
			})
		})
	}
}

// It holds with a change of ids too, which takes the death signal away (prctl(2)); here
// the one that --map-current-user makes.
func TestKillChildForks(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		run := start(t, c.nsrun(t, "--kill-child", "-c", "sh", "-c", "echo ready; exec sleep 1000"))
		run.command(t) // there is one: it has forked
		run.signal(t, unix.SIGKILL)
		run.wait(t)
		waitNoneMarked(t, run.mark)
	})
}

func TestBadSignal(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, word := range []string{"65", "0", "-1", "NOSUCH", "SIG", "0x9", "015"} {
			mustFail(t, c.run(t, "--kill-child="+word, "true"), 125, "--kill-child", word, "signal")
		}
	})
}

//go:build linux && cgo

package nsexec_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// forks are configurations with a supervisor; the first needs no privileges.
func forks(t *testing.T) map[string]nsexec.Config {
	t.Helper()
	nstest.RequireRoot(t)
	return map[string]nsexec.Config{"fork": {DeathSignal: unix.SIGKILL}, "pid": {Create: nsfs.PID}}
}

func TestExitStatus(t *testing.T) {
	for name, config := range forks(t) {
		for _, script := range []string{"exit 0", "exit 1", "exit 255", "kill -KILL $$", "kill -TERM $$", "kill -SEGV $$"} {
			if name == "pid" && strings.HasPrefix(script, "kill") {
				continue // the first process of a PID namespace cannot kill itself so
			}
			want, got := exec.Command("sh", "-c", script).Run(), nsexec.Command(config, "sh", "-c", script).Run()
			if text := strings.TrimSuffix(errorText(want), " (core dumped)"); errorText(got) != text {
				t.Errorf("%s, %s: got %q, want %q", name, script, errorText(got), text)
			}
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// startReady starts a script and returns when it has printed a line, with what it prints
// afterwards.
func startReady(t *testing.T, config nsexec.Config, script string) (*nsexec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := nsexec.Command(config, "sh", "-c", script)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(pipe)
	if line, err := out.ReadString('\n'); line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	return cmd, out
}

func TestSignalToProcessIsForwarded(t *testing.T) {
	for name, config := range forks(t) {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGQUIT} {
			t.Run(name+"/"+unix.SignalName(sig), func(t *testing.T) {
				short := strings.TrimPrefix(unix.SignalName(sig), "SIG")
				cmd, out := startReady(t, config, `trap "echo got `+short+`; exit 7" `+short+`; echo ready; while :; do sleep 0.01; done`)
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				line, _ := out.ReadString('\n')
				if err := cmd.Wait(); line != "got "+short+"\n" || errorText(err) != "exit status 7" {
					t.Errorf("%q, %v", line, err)
				}
			})
		}
	}
}

// The pipe is open as long as the command lives.
func waitForEnd(t *testing.T, out io.Reader) string {
	t.Helper()
	done := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(out)
		done <- string(text)
	}()
	select {
	case text := <-done:
		return text
	case <-time.After(20 * time.Second):
		t.Fatal("the command outlives its supervisor")
		return ""
	}
}

func TestSupervisorsDeathKillsTheCommand(t *testing.T) {
	for name, config := range forks(t) {
		t.Run(name, func(t *testing.T) {
			cmd, out := startReady(t, config, "trap '' TERM; echo ready; while :; do sleep 0.01; done")
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			waitForEnd(t, out)
			_ = cmd.Wait() // "signal: killed"
		})
	}
}

func TestDeathSignal(t *testing.T) {
	nstest.RequireRoot(t)
	for _, create := range []nsfs.Kind{0, nsfs.UTS, nsfs.PID} {
		config := nsexec.Config{Create: create, DeathSignal: unix.SIGUSR2}
		cmd, out := startReady(t, config, `trap "echo got USR2; exit" USR2; echo ready; while :; do sleep 0.01; done`)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if text := waitForEnd(t, out); text != "got USR2\n" {
			t.Errorf("%v: %q", create, text)
		}
		_ = cmd.Wait() // "signal: killed"
	}
}

// The target dies at any moment of the joining: an error, or the command, which then dies
// with the PID namespace that it has joined. Nothing else.
func TestTargetDiesMeanwhile(t *testing.T) {
	nstest.RequireRoot(t)
	ends := map[string]int{}
	for i := range 40 {
		victim := nsexec.Command(nsexec.Config{Create: nsfs.UTS | nsfs.PID | nsfs.IPC | nsfs.Net}, "sleep", "1000")
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			time.Sleep(time.Duration(i) * 100 * time.Microsecond) // spread over the joining
			stop(t, victim)
		}()
		cmd := nsexec.Command(nsexec.Config{Target: victim.PID}, "sleep", "1000")
		err := cmd.Run()
		<-ended
		var exit *exec.ExitError
		switch {
		case err == nil:
			t.Errorf("%d: the command outlived the PID namespace", i)
		case errors.As(err, &exit):
			ends["the command ran"]++
			if text := exit.Error(); text != "signal: killed" {
				t.Errorf("%d: %v", i, err)
			}
		default:
			ends[strings.ReplaceAll(err.Error(), fmt.Sprint(victim.PID), "PID")]++
			// ECONNRESET: it was killed before it could be executed
			if !errors.Is(err, unix.ESRCH) && !errors.Is(err, unix.ECONNRESET) {
				t.Errorf("%d: the error does not say that the target is gone: %v", i, err)
			}
			wantGone(t, cmd)
		}
	}
	for end, n := range ends {
		t.Logf("%d times: %s", n, end)
	}
}

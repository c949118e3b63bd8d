//go:build linux && cgo

package nsexec_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// wantGone checks that Start, which has failed, has waited for what it started.
func wantGone(t *testing.T, cmd *nsexec.Cmd) {
	t.Helper()
	if cmd.Process == nil {
		t.Fatal("nothing was started")
	}
	if cmd.ProcessState == nil {
		t.Error("nobody has waited for the process")
	}
	if err := unix.Kill(cmd.Process.Pid, 0); !errors.Is(err, unix.ESRCH) {
		t.Errorf("kill of process %d: %v", cmd.Process.Pid, err)
	}
}

func TestCommandThatCannotBeExecuted(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"text": 0o755, "data": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("no program"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		name, command string
		want          unix.Errno
		code          int
	}{
		{"not in PATH", "nskit-no-such-command", unix.ENOENT, 127},
		{"no such file", dir + "/none", unix.ENOENT, 127},
		{"no name", "", unix.ENOENT, 127},
		{"not executable", dir + "/data", unix.EACCES, 126},
		{"a directory", dir, unix.EACCES, 126},
		{"neither program nor script", dir + "/text", unix.ENOEXEC, 126},
		{"below a file", dir + "/text/x", unix.ENOTDIR, 126},
	} {
		for _, config := range []nsexec.Config{{}, {DeathSignal: unix.SIGTERM}} { // the second forks
			t.Run(fmt.Sprintf("%s/%d", tc.name, config.DeathSignal), func(t *testing.T) {
				cmd := nsexec.Command(config, tc.command, "argument")
				cmd.Env = []string{"PATH=/usr/bin:/bin"} // no directory that this user may not search
				err := cmd.Start()
				if !errors.Is(err, tc.want) || diag.ExitCode(err) != tc.code {
					t.Errorf("got %v (%d), want %v (%d)", err, diag.ExitCode(err), tc.want, tc.code)
				}
				if err != nil && !strings.Contains(err.Error(), "execute "+diag.Quote(tc.command)) {
					t.Errorf("the error does not name the command: %v", err)
				}
				wantGone(t, cmd)
			})
		}
	}
}

func TestStepThatFails(t *testing.T) {
	nstest.RequireRoot(t)
	for _, tc := range []struct {
		name   string
		config nsexec.Config
		want   unix.Errno
		words  string
	}{
		{"no such directory", nsexec.Config{Wd: "/nskit/none"}, unix.ENOENT, "/nskit/none"},
		{"no such directory, after a fork", nsexec.Config{Create: nsfs.PID, Wd: "/nskit/none"}, unix.ENOENT, "/nskit/none"},
		{"no such file", nsexec.Config{Files: map[nsfs.Kind]string{nsfs.Net: "/nskit/none"}}, unix.ENOENT, "/nskit/none"},
		{"no namespace file", nsexec.Config{Files: map[nsfs.Kind]string{nsfs.Net: "/dev/null"}}, unix.EINVAL, "network namespace"},
		{"a file of another kind", nsexec.Config{Files: map[nsfs.Kind]string{nsfs.Net: "/proc/self/ns/uts"}}, unix.EINVAL, "network namespace"},
		{"no such process", nsexec.Config{Target: unusedPID(t)}, unix.ESRCH, "process"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cmd := nsexec.Command(tc.config, "true")
			err := cmd.Start()
			if !errors.Is(err, tc.want) || !strings.Contains(fmt.Sprint(err), tc.words) || diag.ExitCode(err) != 125 {
				t.Errorf("got %v (%d), want %v, which names %s", err, diag.ExitCode(err), tc.want, tc.words)
			}
			wantGone(t, cmd)
		})
	}
}

func unusedPID(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func TestTargetIsAZombie(t *testing.T) {
	nstest.RequireRoot(t)
	zombie := exec.Command("true")
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	waitForExit(t, zombie.Process.Pid)
	cmd := nsexec.Command(nsexec.Config{Target: zombie.Process.Pid, Join: nsfs.UTS}, "true")
	if err := cmd.Start(); err == nil {
		t.Error("the namespaces of a zombie were joined")
	}
	wantGone(t, cmd)
	if err := zombie.Wait(); err != nil {
		t.Error(err)
	}
}

// waitForExit waits until the child has ended, and leaves it a zombie.
func waitForExit(t *testing.T, pid int) {
	t.Helper()
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err == nil {
			return
		}
		if err != unix.EINTR {
			t.Fatal(err)
		}
	}
}

func TestWithoutPermission(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{User: true}, func(t *testing.T) {
		for name, config := range map[string]nsexec.Config{
			"create": {Create: nsfs.UTS},
			"join":   {Target: os.Getppid(), Join: nsfs.Net},
			"file":   {Files: map[nsfs.Kind]string{nsfs.UTS: "/proc/self/ns/uts"}},
		} {
			cmd := nsexec.Command(config, "true")
			err := cmd.Start()
			if !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EACCES) {
				t.Errorf("%s: got %v, want EPERM or EACCES", name, err)
			}
			wantGone(t, cmd)
		}
	})
}

// What cannot be meant is refused before anything is started.
func TestConfigThatMeansNothing(t *testing.T) {
	one := []nsexec.IDMap{{Count: 1}}
	for name, config := range map[string]nsexec.Config{
		"negative PID":           {Target: -1},
		"PID beyond int32":       {Target: 1 << 31},
		"negative signal":        {DeathSignal: -1},
		"signal 65":              {DeathSignal: 65},
		"unknown kind":           {Create: 1},
		"unknown kind to join":   {Target: 1, Join: 0x80000000},
		"both kinds of map":      {Create: nsfs.User, Map: nsexec.MapRoot, UIDMap: one},
		"unknown map":            {Create: nsfs.User, Map: 3},
		"PID joined and created": {Target: 1, Join: nsfs.PID, Create: nsfs.PID},
		"file of two kinds":      {Files: map[nsfs.Kind]string{nsfs.UTS | nsfs.IPC: "/proc/self/ns/uts"}},
		"file of no kind":        {Files: map[nsfs.Kind]string{0: "/proc/self/ns/uts"}},
		"no file":                {Files: map[nsfs.Kind]string{nsfs.UTS: ""}},
		"nothing to join from":   {Join: nsfs.UTS},
		"map of no namespace":    {Create: nsfs.UTS, Map: nsexec.MapRoot},
		"lines of no namespace":  {Create: nsfs.UTS, UIDMap: one},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := nsexec.Command(config, "true")
			if err := cmd.Run(); !diag.IsUsage(err) {
				t.Errorf("got %v, want a usage error", err)
			}
			if cmd.Process != nil {
				t.Error("a process was started")
			}
		})
	}
}

// Bytes that cannot be in an argument vector come from the caller's input: no panic.
func TestNULInAnArgument(t *testing.T) {
	for _, cmd := range []*nsexec.Cmd{
		nsexec.Command(nsexec.Config{}, "true", "a\x00b"), nsexec.Command(nsexec.Config{Wd: "/\x00"}, "true"),
	} {
		if err := cmd.Run(); !errors.Is(err, unix.EINVAL) {
			t.Errorf("got %v, want EINVAL", err)
		}
	}
}

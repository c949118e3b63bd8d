//go:build linux && cgo

package nsexec_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

func TestStandardStreams(t *testing.T) {
	for _, config := range []nsexec.Config{{}, {DeathSignal: unix.SIGKILL}} { // the second forks
		var stdout, stderr bytes.Buffer
		cmd := nsexec.Command(config, "sh", "-c", `cat; echo "$1" >&2`, "sh", "two words")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader("input"), &stdout, &stderr
		if err := cmd.Run(); err != nil || stdout.String() != "input" || stderr.String() != "two words\n" {
			t.Errorf("%v, %q, %q", err, stdout.String(), stderr.String())
		}
	}
}

func TestOutput(t *testing.T) {
	output, err := nsexec.Command(nsexec.Config{}, "sh", "-c", "echo out; exit 3").Output()
	if string(output) != "out\n" || err == nil || err.Error() != "exit status 3" {
		t.Errorf("Output: %q, %v", output, err)
	}
	output, err = nsexec.Command(nsexec.Config{}, "sh", "-c", "echo out; echo err >&2").CombinedOutput()
	if string(output) != "out\nerr\n" || err != nil {
		t.Errorf("CombinedOutput: %q, %v", output, err)
	}
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), []byte("#!/bin/sh\necho mine $A\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := nsexec.Command(nsexec.Config{}, "mine")
	cmd.Env = []string{"A=b c", "PATH=" + dir} // the PATH that it gets, not the caller's
	wantLines(t, cmd, "mine b c")
}

func TestWorkingDirectory(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "below"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ dir, wd, want string }{
		{"", dir, dir}, {dir, "", dir}, {dir, "below", dir + "/below"}, {"/", dir + "/below/..", dir},
	} {
		for _, config := range []nsexec.Config{{}, {DeathSignal: unix.SIGKILL}} {
			config.Wd = tc.wd
			cmd := nsexec.Command(config, "/bin/pwd", "-P")
			cmd.Dir = tc.dir
			wantLines(t, cmd, tc.want)
		}
	}
}

// "Resolved inside": what the target sees, and not what the caller sees.
func TestWorkingDirectoryInATarget(t *testing.T) {
	nstest.RequireRoot(t)
	script := `mount -t tmpfs tmpfs /mnt && mkdir /mnt/nskit-inside &&
		for n in 3 4 5 6 7 8 9 10 11 12; do ln -s /proc/self/fd/$n /mnt/fd$n; done && echo && exec sleep 1000`
	cmd := nsexec.Command(nsexec.Config{Create: nsfs.Mnt | nsfs.UTS}, "unshare", "--mount", "sh", "-c", script)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer stop(t, cmd)
	if n, err := stdout.Read(make([]byte, 1)); n != 1 {
		t.Fatal(err)
	}
	configs := []nsexec.Config{{}, {DeathSignal: unix.SIGKILL}, {Create: nsfs.IPC}}
	for _, config := range configs {
		config.Target, config.Wd = cmd.PID, "/mnt/nskit-inside"
		wantLines(t, nsexec.Command(config, "/bin/pwd", "-P"), "/mnt/nskit-inside")
	}
	// A link of the target to a directory that the caller has open leads nowhere
	// (CVE-2024-21626): the command never starts outside.
	for fd := 3; fd <= 12; fd++ {
		for _, config := range configs {
			config.Target, config.Wd = cmd.PID, fmt.Sprintf("/mnt/fd%d", fd)
			if output, err := nsexec.Command(config, "/bin/pwd", "-P").CombinedOutput(); err == nil {
				t.Errorf("%s: the command started in %s", config.Wd, output)
			}
		}
	}
}

func TestExtraFiles(t *testing.T) {
	nstest.RequireRoot(t)
	first, second := tempFile(t, "first"), tempFile(t, "second")
	other := tempFile(t, "not passed on")
	if _, err := unix.FcntlInt(other.Fd(), unix.F_SETFD, 0); err != nil { // inherited by every child
		t.Fatal(err)
	}
	defer other.Close()
	pid := target(t, nsfs.Mnt|nsfs.PID)
	const script = `cat <&3; cat <&5; ls /proc/$$/fd; :`
	for name, config := range map[string]nsexec.Config{
		"nothing": {}, "fork": {DeathSignal: unix.SIGKILL}, "create": {Create: nsfs.UTS | nsfs.User, Map: nsexec.MapRoot},
		"wait": {Create: nsfs.User, UIDMap: []nsexec.IDMap{{Count: 1}}}, "join": {Target: pid, Join: nsfs.UTS | nsfs.Mnt | nsfs.User},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := nsexec.Command(config, "sh", "-c", script)
			for _, f := range []*os.File{first, second} {
				if _, err := f.Seek(0, 0); err != nil {
					t.Fatal(err)
				}
			}
			cmd.ExtraFiles = []*os.File{first, nil, second}
			wantLines(t, cmd, "first", "second", "0", "1", "2", "3", "5")
			if len(cmd.ExtraFiles) != 3 {
				t.Errorf("ExtraFiles became %d", len(cmd.ExtraFiles))
			}
		})
	}
	wantLines(t, nsexec.Command(nsexec.Config{}, "sh", "-c", "ls /proc/$$/fd; :"), "0", "1", "2")
}

func tempFile(t *testing.T, text string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

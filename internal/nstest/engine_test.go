//go:build linux

package nstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEngines(t *testing.T) {
	for _, row := range []struct {
		name  string
		start func(testing.TB) Container
	}{
		{"unshare", Unshare}, {"bwrap", Bwrap}, {"runc", RunC}, {"crun", Crun}, {"podman", Podman},
	} {
		t.Run(row.name, func(t *testing.T) {
			before, err := observe()
			if err != nil {
				t.Fatal(err)
			}
			started := descendants(os.Getppid())
			t.Run("start", func(t *testing.T) { checkContainer(t, row.start(t)) })

			after, err := observe()
			if err != nil {
				t.Fatal(err)
			}
			for it := range after {
				if !before[it] && it.ours(os.TempDir()) {
					t.Errorf("left: %s %s", it.kind, it.text)
				}
			}
			for _, pid := range descendants(os.Getppid()) { // podman's conmon is an orphan
				if !slices.Contains(started, pid) {
					t.Errorf("left: %v", describe([]int{pid}))
				}
			}
		})
	}
}

// checkContainer: it runs in namespaces of its own, on the root file system.
func checkContainer(t *testing.T, c Container) {
	t.Helper()
	if line := commandLine(c.PID); !strings.HasPrefix(line, "sleep ") {
		t.Errorf("process %d is %q", c.PID, line)
	}
	have := strings.Join(namespacesOf(c.PID), " ")
	for _, want := range []string{"ipc:", "mnt:", "net:", "pid:", "uts:"} {
		if !strings.Contains(have, want) {
			t.Errorf("no %s namespace of its own: %s", want, have)
		}
	}
	for _, path := range []string{"bin/busybox", "etc/passwd"} {
		inside, err := os.ReadFile(filepath.Join(fmt.Sprintf("/proc/%d/root", c.PID), path))
		outside, wantErr := os.ReadFile(filepath.Join(c.Root, path))
		if (err == nil) != (wantErr == nil) || len(inside) != len(outside) {
			t.Errorf("%s: %v inside, %v outside", path, err, wantErr)
		}
	}
}

func TestPodmanIsFoundWithTheEnvironment(t *testing.T) {
	c := Podman(t)
	cmd := exec.Command("podman", "inspect", "--format", "{{.State.Pid}} {{.Id}}", c.Name)
	cmd.Env = append(os.Environ(), c.Env...)
	result := Exec(t, cmd)
	if want := fmt.Sprintf("%d %s\n", c.PID, c.ID); result.Stdout != want {
		t.Errorf("got %q, want %q: %s", result.Stdout, want, result.Stderr)
	}
}

func TestSleeper(t *testing.T) {
	pid := 0
	t.Run("runs", func(t *testing.T) {
		pid = Sleeper(t)
		if line := commandLine(pid); !strings.HasPrefix(line, "sleep ") {
			t.Errorf("process %d is %q", pid, line)
		}
	})
	if line := commandLine(pid); line != "" {
		t.Errorf("process %d is still %q", pid, line)
	}
}

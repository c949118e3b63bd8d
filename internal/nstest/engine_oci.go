//go:build linux

package nstest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// RunC starts a container with runc and the specification that `runc spec` writes. The
// caller is root.
func RunC(t testing.TB) Container {
	t.Helper()
	RequireRoot(t)
	path := RequireCommand(t, "runc")
	return runOCI(t, path, func(c Container) []string {
		return []string{path, "--root", c.State}
	})
}

// Crun starts a container with crun and the specification that `crun spec` writes. The
// caller is root. Where the machine has cgroup version 1, or both, crun refuses to run:
// there it runs in a mount namespace with version 2 alone, and leaves cgroups alone.
func Crun(t testing.TB) Container {
	t.Helper()
	RequireRoot(t)
	path := RequireCommand(t, "crun")
	return runOCI(t, path, func(c Container) []string {
		if pureCgroup2() {
			return []string{path, "--root", c.State, "--cgroup-manager=cgroupfs"}
		}
		return []string{"unshare", "--mount", "--propagation", "private", "sh", "-c",
			`umount -l /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"`, "sh",
			path, "--root", c.State, "--cgroup-manager=disabled"}
	})
}

// runOCI starts a container in the foreground: when its process is killed, the runtime
// removes what it made, and ends. The command is what comes before "run".
func runOCI(t testing.TB, runtime string, command func(Container) []string) Container {
	t.Helper()
	bundle := TempDir(t)
	c := Container{Name: containerName(), Root: Rootfs(t), State: filepath.Join(bundle, "state")}
	sleep := sleepArgs()
	writeSpec(t, runtime, bundle, c, sleep)
	t.Cleanup(func() { removeCgroups(t, c.Name) })
	argv := append(command(c), "run", "--bundle", bundle, c.Name)
	c.PID = startSleeper(t, exec.Command(argv[0], argv[1:]...), sleep)
	return c
}

// writeSpec changes in the runtime's own example what has to be changed.
func writeSpec(t testing.TB, runtime, bundle string, c Container, args []string) {
	t.Helper()
	cmd := exec.Command(runtime, "spec")
	cmd.Dir = bundle
	if result := Exec(t, cmd); result.Code != 0 {
		t.Fatalf("%s spec: %s", runtime, result.Stderr)
	}
	file := filepath.Join(bundle, "config.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var spec map[string]any
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	process := spec["process"].(map[string]any)
	process["terminal"], process["args"] = false, args
	spec["root"] = map[string]any{"path": c.Root, "readonly": true}
	spec["linux"].(map[string]any)["cgroupsPath"] = "/" + c.Name
	if text, err = json.Marshal(spec); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

//go:build linux

package nstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Podman starts a container with podman and runc, without a network. The caller is root.
// All that podman keeps is in the test's temporary directory: its commands find the
// container with the environment that is returned. The runtime's state is in /run/runc,
// as usual.
func Podman(t testing.TB) Container {
	t.Helper()
	RequireRoot(t)
	podman, runc := RequireCommand(t, "podman"), RequireCommand(t, "runc")
	dir := TempDir(t)
	c := Container{Name: containerName(), Root: Rootfs(t), State: "/run/runc"}
	c.Env = []string{
		"CONTAINERS_CONF=" + writePodmanFile(t, dir, "containers.conf", containersConf(t, dir, runc)),
		"CONTAINERS_STORAGE_CONF=" + writePodmanFile(t, dir, "storage.conf", fmt.Sprintf(
			"[storage]\ndriver = \"vfs\"\ngraphroot = %q\nrunroot = %q\n", dir+"/graph", dir+"/run")),
	}
	run := func(args ...string) Result {
		cmd := exec.Command(podman, args...)
		cmd.Env = append(os.Environ(), c.Env...)
		// A file, because conmon, which goes on, inherits them: a pipe would stay open.
		return execToFiles(t, cmd, dir)
	}
	t.Cleanup(func() { // after rm: t.Cleanup goes backwards
		removeCgroups(t, c.Name)
		_ = os.Remove("/run/runc") // made by the runtime; stays where another uses it
	})
	t.Cleanup(func() {
		if result := run("rm", "--force", "--time", "0", c.Name); result.Code != 0 {
			t.Errorf("podman rm: %s", result.Stderr)
		}
	})
	pidfile := filepath.Join(dir, "pid")
	result := run("run", "--detach", "--name", c.Name, "--network", "none",
		"--cgroup-parent", "/"+c.Name, "--pidfile", pidfile, "--rootfs", c.Root, "sleep", "1000")
	if result.Code != 0 {
		t.Fatalf("podman run: %s", result.Stderr)
	}
	c.ID = strings.TrimSpace(result.Stdout)
	text, err := os.ReadFile(pidfile)
	if err != nil {
		t.Fatal(err)
	}
	if c.PID, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
		t.Fatal(err)
	}
	return c
}

// containersConf keeps podman inside dir, and its limits within what it may set: podman
// 4.3 asks for more open files than a caller without CAP_SYS_RESOURCE can give.
func containersConf(t testing.TB, dir, runc string) string {
	t.Helper()
	var limits []string
	for name, resource := range map[string]int{"nofile": unix.RLIMIT_NOFILE, "nproc": unix.RLIMIT_NPROC} {
		var limit unix.Rlimit
		if err := unix.Getrlimit(resource, &limit); err != nil {
			t.Fatal(err)
		}
		// It lowers its own limit of processes to pid_max, which is at least this.
		hard := min(limit.Max, 1<<15)
		limits = append(limits, fmt.Sprintf("\"%s=%d:%d\"", name, hard, hard))
	}
	return fmt.Sprintf(`[containers]
default_ulimits = [%s]
[network]
network_config_dir = %q
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
runtime = %q
tmp_dir = %q
static_dir = %q
volume_path = %q
`, strings.Join(limits, ", "), dir+"/net", runc, dir+"/tmp", dir+"/static", dir+"/volumes")
}

func writePodmanFile(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// execToFiles is Exec for a command that leaves a process behind on purpose.
func execToFiles(t testing.TB, cmd *exec.Cmd, dir string) Result {
	t.Helper()
	var files [2]*os.File
	for i := range files {
		f, err := os.CreateTemp(dir, "output")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	cmd.Stdout, cmd.Stderr = files[0], files[1]
	result := Exec(t, cmd)
	for i, text := range []*string{&result.Stdout, &result.Stderr} {
		content, err := os.ReadFile(files[i].Name())
		if err != nil {
			t.Fatal(err)
		}
		*text = string(content)
	}
	return result
}

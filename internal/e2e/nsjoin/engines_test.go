//go:build linux

package nsjoin_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// bwrapContainer is a target made by bubblewrap for the caller.
func bwrapContainer(t testing.TB, who caller, options ...string) int {
	t.Helper()
	nstest.RequireCommand(t, "bwrap")
	args := append([]string{"--unshare-all", "--die-with-parent", "--bind", nstest.Rootfs(t), "/",
		"--proc", "/proc", "--dev", "/dev", "--hostname", hostName}, options...)
	return sleeperIn(t, as(who, "bwrap", args...))
}

// runcRootless is a target made by runc for the plain user, with `runc spec --rootless`.
func runcRootless(t *testing.T) int {
	t.Helper()
	runc := nstest.RequireCommand(t, "runc")
	bundle := nstest.TempDir(t)
	if os.Geteuid() == 0 {
		if err := os.Chown(bundle, nstest.UserID, nstest.UserID); err != nil {
			t.Fatal(err)
		}
	}
	spec := as(plain, runc, "spec", "--rootless")
	spec.Dir = bundle
	well(t, nstest.Exec(t, spec))
	run := as(plain, runc, "--root", filepath.Join(bundle, "state"), "run", "--bundle", bundle, "nstest-rootless")
	run.Env = append(run.Env, "XDG_RUNTIME_DIR="+bundle)
	sleep := []string{"sleep", "31536000"}
	editSpec(t, filepath.Join(bundle, "config.json"), nstest.Rootfs(t), sleep)
	return foundSleeper(t, run, sleep)
}

func editSpec(t *testing.T, file, rootfs string, args []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var spec map[string]any
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	process := spec["process"].(map[string]any)
	process["terminal"], process["args"] = false, args
	spec["root"] = map[string]any{"path": rootfs, "readonly": true}
	if text, err = json.Marshal(spec); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestContainersOfEngines(t *testing.T) {
	root.require(t)
	nsrun := func(t testing.TB) nstest.Container { return nstest.Container{PID: plainContainer(t, root)} }
	for _, row := range []struct {
		name  string
		start func(testing.TB) nstest.Container
		root  string // unshare(1) makes a chroot only, which is not the namespace's root
		first bool   // the sleeper is PID 1
	}{
		{"nsrun", nsrun, "", true},
		{"unshare", nstest.Unshare, "-r", true},
		{"bwrap", nstest.Bwrap, "", false},
		{"runc", nstest.RunC, "", true},
		{"crun", nstest.Crun, "", true},
		{"podman", nstest.Podman, "", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			target := row.start(t).PID
			options := append([]string{"-t", strconv.Itoa(target)}, strings.Fields(row.root)...)
			sh := func(script string) string {
				return joined(t, root, append(options, "sh", "-c", script)...)
			}
			checkNamespaces(t, joinedSleeper(t, root, options...), target, others(t, target))
			checkHostName(t, sh("hostname"), target)
			checkProcesses(t, sh(`ps -o pid,args | cat; echo "$$"`), row.first)
			if got := sh("pwd; readlink /proc/self/cwd; ls /"); !strings.HasPrefix(got, "/\n/\nbin\ndev\netc\nlib") {
				t.Errorf("not in the root file system: %q", got)
			}
			checkPrivileges(t, target, sh("cat /proc/self/status"))
		})
	}
}

// checkHostName compares with what the kernel shows of the target's UTS namespace.
func checkHostName(t *testing.T, have string, target int) {
	t.Helper()
	want := well(t, nstest.Exec(t, as(root, "nsenter", "-t", strconv.Itoa(target), "-u", "hostname")))
	if have != want || have == "" {
		t.Errorf("host name %q, want %q", have, want)
	}
}

// checkProcesses: the command sees the target, itself, and nobody from outside.
func checkProcesses(t *testing.T, output string, first bool) {
	t.Helper()
	lines := strings.Split(output, "\n")
	own := lines[len(lines)-1]
	if n, err := strconv.Atoi(own); err != nil || n < 2 {
		t.Errorf("the command is process %q", own)
	}
	if got := strings.Fields(lines[1]); first && (len(got) < 2 || got[0] != "1" || got[1] != "sleep") {
		t.Errorf("the first process is %q", got)
	}
	if len(lines) > 8 || !strings.Contains(output, "sleep ") || !strings.Contains(output, "\n"+strings.Repeat(" ", 5-len(own))+own+" sh -c ") {
		t.Errorf("processes:\n%s", output)
	}
	if strings.Contains(output, "nsjoin") {
		t.Errorf("nsjoin shows in there:\n%s", output)
	}
}

//go:build linux

package nsjoin_test

import (
	"os"
	"os/exec"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// hostName is the host name in the targets of these tests.
const hostName = "target"

// container starts a target with nsrun on a root file system of its own, and returns its
// PID. The script runs in the container, as its root, before the target sleeps.
func container(t testing.TB, who caller, rootfs, script string) int {
	t.Helper()
	return sleeperIn(t, as(who, nstest.Tool(t, "nsrun"), "--uts", "--ipc", "--net", "--pid", "--mnt",
		"--hostname", hostName, rootfs, "sh", "-c", script+"\n"+`exec "$@"`, "sh"))
}

// plainContainer is one with nothing special about it.
func plainContainer(t testing.TB, who caller) int {
	t.Helper()
	return container(t, who, nstest.Rootfs(t), "")
}

// namespaces starts a target with unshare(1): in the caller's root file system, with new
// namespaces of all kinds; and a user namespace for a plain user.
func namespaces(t testing.TB, who caller) int {
	t.Helper()
	options := []string{"--uts", "--ipc", "--net", "--cgroup", "--time", "--mount", "--pid", "--fork",
		"--kill-child", "--mount-proc"}
	if who == plain {
		options = append(options, "--user", "--map-root-user")
	}
	nstest.RequireCommand(t, "unshare")
	return sleeperIn(t, as(who, "unshare", options...))
}

// inUserNS is namespaces with a user namespace for root too.
func inUserNS(t testing.TB, who caller) int {
	t.Helper()
	nstest.RequireCommand(t, "unshare")
	return sleeperIn(t, as(who, "unshare", "--user", "--map-root-user", "--uts", "--ipc", "--net", "--cgroup",
		"--time", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"))
}

// after puts words before a command, for what executes its arguments.
func after(prefix []string, cmd *exec.Cmd) *exec.Cmd {
	args := append(append([]string{}, prefix...), cmd.Args...)
	wrapped := exec.Command(args[0], args[1:]...)
	wrapped.Env, wrapped.SysProcAttr = cmd.Env, cmd.SysProcAttr
	return wrapped
}

// ownFile copies a file for the caller, who becomes its owner.
func ownFile(t testing.TB, who caller, from, to string, mode os.FileMode) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, mode); err != nil {
		t.Fatal(err)
	}
	if who == plain && os.Geteuid() == 0 {
		if err := os.Chown(to, nstest.UserID, nstest.UserID); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(to, mode); err != nil { // past the umask
		t.Fatal(err)
	}
}

//go:build linux

package nstest

import (
	"os"
	"testing"
)

// Unshare starts a container with unshare(1): UTS, IPC, PID, mount, network and cgroup
// namespaces, a user namespace where the caller is not root, and a chroot.
func Unshare(t testing.TB) Container {
	t.Helper()
	path := RequireCommand(t, "unshare")
	root := Rootfs(t)
	argv := []string{path, "--uts", "--ipc", "--net", "--cgroup", "--mount", "--pid", "--fork",
		"--kill-child", "--root=" + root, "--mount-proc"}
	if os.Geteuid() != 0 {
		RequireUserNS(t)
		argv = append(argv, "--user", "--map-root-user")
	}
	return Container{PID: Sleeper(t, argv...), Root: root}
}

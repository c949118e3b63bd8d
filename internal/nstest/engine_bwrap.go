//go:build linux

package nstest

import (
	"os"
	"testing"
)

// Bwrap starts a container with bubblewrap, in all namespaces. Its first process is
// bubblewrap's own, and PID is that of the sleeper, which is its child: the second.
func Bwrap(t testing.TB) Container {
	t.Helper()
	path := RequireCommand(t, "bwrap")
	if os.Geteuid() != 0 {
		RequireUserNS(t)
	}
	root := Rootfs(t)
	pid := Sleeper(t, path, "--unshare-all", "--die-with-parent", "--bind", root, "/",
		"--proc", "/proc", "--dev", "/dev", "--hostname", "bwrap")
	return Container{PID: pid, Root: root}
}

//go:build linux

package nsjoin_test

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// withoutFreshProc puts a command into a new PID namespace that has the /proc of the one
// around it, where the numbers are other processes'.
func withoutFreshProc(cmd *exec.Cmd) *exec.Cmd {
	return after([]string{"unshare", "--pid", "--fork", "--kill-child"}, cmd)
}

// nsenter looked 5 up in such a /proc, and entered an unrelated process.
func TestProcOfAnotherPIDNamespace(t *testing.T) {
	root.require(t)
	nsjoin := nstest.Tool(t, "nsjoin")
	outside := strconv.Itoa(namespaces(t, root))
	for _, row := range []struct{ name, script string }{
		{"a PID of the new namespace", `sleep 1000 & "$0" -t $! "$@"; code=$?; kill $!; exit $code`},
		{"itself", `exec "$0" -t 1 "$@"`},
		{"a PID that only /proc knows", `exec "$0" -t ` + outside + ` "$@"`},
	} {
		for _, options := range []string{"", "-u", "-p -u", "-m"} {
			t.Run(row.name+" "+options, func(t *testing.T) {
				args := append([]string{"-c", row.script, nsjoin}, append(strings.Fields(options), "true")...)
				r := nstest.Exec(t, withoutFreshProc(as(root, "sh", args...)))
				refused(t, r, 125, "PID namespace", "mount")
			})
		}
	}
}

// withoutProc hides /proc from a command, in a mount namespace of its own.
func withoutProc(cmd *exec.Cmd) *exec.Cmd {
	return after([]string{"unshare", "--mount", "--propagation", "private", "sh", "-c",
		`umount -l /proc && exec "$@"`, "sh"}, cmd)
}

// A pidfd needs no /proc, and so setns(2) by pidfd needs none.
func TestNoProcAtAll(t *testing.T) {
	root.require(t)
	target := namespaces(t, root)
	pid := strconv.Itoa(target)
	nsjoin := nstest.Tool(t, "nsjoin")
	for _, row := range []struct {
		options string
		want    []string
	}{
		{"-u", []string{"uts"}},
		{"-uin", []string{"uts", "ipc", "net"}},
		{"-p", []string{"pid"}},
		{"-pC", []string{"pid", "cgroup"}},
	} {
		t.Run(row.options, func(t *testing.T) {
			joiner := sleeperIn(t, withoutProc(as(root, nsjoin, row.options, "-t", pid)))
			for _, kind := range row.want {
				if have, want := namespace(t, joiner, kind), namespace(t, target, kind); have != want {
					t.Errorf("%s: in %s, want the target's %s", kind, have, want)
				}
			}
		})
	}
	for _, options := range []string{"", "-m", "-u -r", "-u -w"} {
		t.Run("what needs /proc: "+options, func(t *testing.T) {
			args := append([]string{"-t", pid}, append(strings.Fields(options), "true")...)
			refused(t, nstest.Exec(t, withoutProc(as(root, nsjoin, args...))), 125, "/proc")
		})
	}
	t.Run("a process that is not there", func(t *testing.T) {
		refused(t, nstest.Exec(t, withoutProc(as(root, nsjoin, "-u", "-t", "2147483647", "true"))), 125, "2147483647")
	})
}

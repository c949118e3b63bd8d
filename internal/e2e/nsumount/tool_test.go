//go:build linux

package nsumount_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// asRoot and asUser are who unmounts. The PID namespace is there for a /proc that
// shows the processes of the test and no other.
var (
	asRoot = nstest.Child{Cloneflags: unix.CLONE_NEWPID}
	asUser = nstest.Child{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWUSER, User: true, MapUser: true}
)

// everywhere runs fn with a tmpfs on /mnt: as root, and as a user in a user namespace.
func everywhere(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	t.Run("as root", func(t *testing.T) { nstest.RequireRoot(t); in(t, asRoot, fn) })
	t.Run("as a user in a user namespace", func(t *testing.T) { nstest.RequireUserNS(t); in(t, asUser, fn) })
}

func in(t *testing.T, child nstest.Child, fn func(t *testing.T)) {
	t.Helper()
	nstest.Tool(t, "nsumount") // built here, and not in the child
	nstest.InChild(t, child, func(t *testing.T) {
		tmpfs(t, "/mnt")
		fn(t)
	})
}

// tmpfs mounts a tmpfs on a directory, which it makes where it is missing.
func tmpfs(t *testing.T, path string) {
	t.Helper()
	fatal(t, os.MkdirAll(path, 0o755))
	fatal(t, unix.Mount("tmpfs", path, "tmpfs", 0, "mode=755"))
}

func nsumount(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return exec.Command(nstest.Tool(t, "nsumount"), args...)
}

// works runs nsumount, which must succeed without a word.
func works(t *testing.T, args ...string) {
	t.Helper()
	r := nstest.Exec(t, nsumount(t, args...))
	if r.Code != 0 || r.Stdout != "" || r.Stderr != "" {
		t.Fatalf("nsumount %q: status %d, stdout %q, stderr %q; want 0 and nothing", args, r.Code, r.Stdout, r.Stderr)
	}
}

// refuses runs nsumount, which must fail and say these lines, all of them and no other.
func refuses(t *testing.T, args []string, lines ...string) {
	t.Helper()
	says(t, nstest.Exec(t, nsumount(t, args...)), 125, lines...)
}

func says(t *testing.T, r nstest.Result, code int, lines ...string) {
	t.Helper()
	want := "nsumount: " + strings.Join(lines, "\nnsumount: ") + "\n"
	if r.Code != code || r.Stdout != "" || r.Stderr != want {
		t.Errorf("status %d, stdout %q, stderr\n%swant status %d and\n%s", r.Code, r.Stdout, r.Stderr, code, want)
	}
}

// mounted checks how many mounts there are on a path, one on the other.
func mounted(t *testing.T, path string, want int) {
	t.Helper()
	found, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) { return m.Mountpoint != path, false })
	fatal(t, err)
	if len(found) != want {
		t.Errorf("%d mounts on %s, want %d", len(found), path, want)
	}
}

// sleeper is a process that sleeps, with what change gives it. It is called sleep.
func sleeper(t *testing.T, change func(*exec.Cmd)) (pid int) {
	t.Helper()
	cmd := &exec.Cmd{Path: nstest.RequireCommand(t, "sleep")}
	change(cmd)
	return nstest.SleeperCmd(t, cmd)
}

func sleeperIn(t *testing.T, dir string) (pid int) {
	t.Helper()
	return sleeper(t, func(cmd *exec.Cmd) { cmd.Dir = dir })
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string) {
	t.Helper()
	fatal(t, os.WriteFile(path, []byte("content"), 0o644))
}

//go:build linux

package nsrun_test

import (
	"os"
	"os/exec"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// caller is who runs the tool.
type caller struct {
	name string
	user bool // root becomes nstest.UserID first
	root bool // has CAP_SYS_ADMIN, so that no user namespace is added
}

func callers() []caller {
	if os.Geteuid() != 0 {
		return []caller{{name: "a plain user"}}
	}
	return []caller{{name: "root", root: true}, {name: "a plain user", user: true}}
}

// eachCaller runs a test once for root, where the tests run as root, and once for a
// plain user.
func eachCaller(t *testing.T, fn func(t *testing.T, c caller)) {
	t.Helper()
	nstest.Tool(t, "nsrun") // built here, and not in a child of a subtest
	for _, c := range callers() {
		t.Run("by "+c.name, func(t *testing.T) {
			requireUserNS(t, c)
			fn(t, c)
		})
	}
}

var haveUserNS bool

// requireUserNS asks once, since it starts a process.
func requireUserNS(t *testing.T, c caller) {
	t.Helper()
	if !c.root && !haveUserNS {
		nstest.RequireUserNS(t)
		haveUserNS = true
	}
}

// asRoot is the caller of tests that only root can make.
func asRoot(t *testing.T) caller {
	t.Helper()
	nstest.RequireRoot(t)
	nstest.Tool(t, "nsrun")
	return callers()[0]
}

// searchPath has no directory that only root may search: execvp(3) answers to that with
// EACCES.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// command is any command run by this caller.
func (c caller) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), searchPath)
	if c.user {
		nstest.AsUser(cmd)
	}
	return cmd
}

func (c caller) nsrun(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return c.command(nstest.Tool(t, "nsrun"), args...)
}

// run runs nsrun with nothing on standard input.
func (c caller) run(t *testing.T, args ...string) nstest.Result {
	t.Helper()
	return nstest.Exec(t, c.nsrun(t, args...))
}

// shell runs a script of the caller's own shell, in which $NSRUN is the tool, and "$@"
// are args. It is for what a shell does to itself before it executes the tool: closed
// descriptors, traps, limits.
func (c caller) shell(t *testing.T, script string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := c.command("/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.Env = append(cmd.Env, "NSRUN="+nstest.Tool(t, "nsrun"))
	return cmd
}

// uid is the caller's uid outside.
func (c caller) uid() int {
	if c.user {
		return nstest.UserID
	}
	return os.Geteuid()
}

// mainJob are the options of the main job.
func mainJob(root string, command ...string) []string {
	return append([]string{"--uts", "--pid", "--mnt", root}, command...)
}

//go:build linux

package privileges_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// caller is who runs the tool.
type caller struct {
	name   string
	user   bool // root becomes nstest.UserID first
	before []string
}

var (
	root = caller{name: "root"}
	user = caller{name: "a plain user", user: true}
)

// eachCaller runs a test once for root and once for a plain user.
func eachCaller(t *testing.T, fn func(t *testing.T, c caller)) {
	t.Helper()
	setUp(t)
	for _, c := range []caller{root, user} {
		t.Run("by "+c.name, func(t *testing.T) { fn(t, c) })
	}
}

// setUp skips what these tests cannot do without, and builds the tool.
func setUp(t *testing.T) {
	t.Helper()
	nstest.RequireRoot(t)
	nstest.RequireUserNS(t)
	nstest.Tool(t, "nsrun")
}

// setpriv is the caller with other privileges, as setpriv(1) gives them.
func (c caller) setpriv(t *testing.T, options ...string) caller {
	t.Helper()
	c.before = append([]string{nstest.RequireCommand(t, "setpriv")}, options...)
	return c
}

// searchPath has no directory that only root may search.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func (c caller) command(args ...string) *exec.Cmd {
	args = append(c.before[:len(c.before):len(c.before)], args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), searchPath)
	if c.user {
		nstest.AsUser(cmd)
	}
	return cmd
}

func (c caller) nsrun(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return c.command(append([]string{nstest.Tool(t, "nsrun")}, args...)...)
}

// run runs nsrun with these options, separated by blanks, and a command.
func (c caller) run(t *testing.T, options string, command ...string) nstest.Result {
	t.Helper()
	return nstest.Exec(t, c.nsrun(t, append(strings.Fields(options), command...)...))
}

// status runs nsrun with these options, and returns the command's /proc/self/status.
func (c caller) status(t *testing.T, options string) status {
	t.Helper()
	return parseStatus(mustRun(t, c.run(t, options, "cat", "/proc/self/status")))
}

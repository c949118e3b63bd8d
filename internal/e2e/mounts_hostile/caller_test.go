//go:build linux

package mounts_hostile_test

import (
	"os"
	"os/exec"
	"slices"
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
			if !c.root {
				nstest.RequireUserNS(t)
			}
			fn(t, c)
		})
	}
}

// inChild runs a test in a mount namespace of its own, for each caller.
func inChild(t *testing.T, fn func(t *testing.T, c caller)) {
	t.Helper()
	nstest.RequireRoot(t)
	nstest.Tool(t, "nsrun")
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		for _, c := range callers() {
			t.Run("by "+c.name, func(t *testing.T) { fn(t, c) })
		}
	})
}

// searchPath has no directory that only root may search: execvp(3) answers to that with
// EACCES.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func (c caller) nsrun(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return c.command(nstest.Tool(t, "nsrun"), args...)
}

// command is any command run by this caller.
func (c caller) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), searchPath)
	if c.user {
		nstest.AsUser(cmd)
	}
	return cmd
}

// job are the arguments of the main job with some options.
func job(options []string, root string, command ...string) []string {
	args := append([]string{"--uts", "--pid"}, options...)
	return append(append(args, "--mnt", root), command...)
}

// after puts something before a command that executes it.
func after(before []string, cmd *exec.Cmd) *exec.Cmd {
	if len(before) > 0 {
		cmd.Path, cmd.Args = before[0], append(slices.Clone(before), append([]string{cmd.Path}, cmd.Args[1:]...)...)
	}
	return cmd
}

//go:build linux

package mounts_test

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
	user   bool     // nstest.UserID, for whom the tool makes a user namespace
	filter []string // of nstest: what the kernel has not
	dir    string   // working directory, "" is the test's
}

var (
	root = caller{name: "by root"}
	user = caller{name: "by a plain user", user: true}
)

// eachCaller runs a test once for root and once for a plain user.
func eachCaller(t *testing.T, fn func(t *testing.T, c caller)) {
	t.Helper()
	for _, c := range []caller{root, user} {
		t.Run(c.name, func(t *testing.T) { fn(t, c) })
	}
}

// onOldKernel is the caller on a kernel without the new mount API.
func (c caller) onOldKernel(t *testing.T) caller {
	t.Helper()
	c.name += ", on an old kernel"
	c.filter = nstest.OldKernel(t)
	return c
}

// in is the caller in a working directory.
func (c caller) in(dir string) caller {
	c.dir = dir
	return c
}

// searchPath has no directory that only root may search: execvp(3) answers to that with
// EACCES.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func (c caller) command(args ...string) *exec.Cmd {
	args = append(c.filter[:len(c.filter):len(c.filter)], args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), searchPath)
	cmd.Dir = c.dir
	if c.user {
		nstest.AsUser(cmd)
	}
	return cmd
}

func (c caller) nsrun(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return c.command(append([]string{nstest.Tool(t, "nsrun")}, args...)...)
}

// run runs nsrun with nothing on standard input.
func (c caller) run(t *testing.T, args ...string) nstest.Result {
	t.Helper()
	return nstest.Exec(t, c.nsrun(t, args...))
}

// sh runs a shell script inside, with these options of nsrun.
func (c caller) sh(t *testing.T, script string, options ...string) nstest.Result {
	t.Helper()
	return c.run(t, append(options, "sh", "-c", script)...)
}

// prints fails the test unless the script prints just that inside, and nobody says a
// word on standard error.
func (c caller) prints(t *testing.T, want, script string, options ...string) {
	t.Helper()
	if r := c.sh(t, script, options...); r.Code != 0 || r.Stdout != want || r.Stderr != "" {
		t.Errorf("%s: nsrun %q, %s\nstatus %d, stdout %q, stderr %q\nwant 0, %q and nothing",
			c.name, options, script, r.Code, r.Stdout, r.Stderr, want)
	}
}

// fails fails the test unless the tool ends with this status and says these lines, all
// of them and no other. "*" at the end of one stands for any rest.
func (c caller) fails(t *testing.T, code int, args []string, lines ...string) {
	t.Helper()
	r := c.run(t, args...)
	if r.Code != code || r.Stdout != "" || !says(r.Stderr, lines) {
		t.Errorf("%s: nsrun %q\nstatus %d, stdout %q, stderr\n%swant status %d and\nnsrun: %s\n",
			c.name, args, r.Code, r.Stdout, r.Stderr, code, strings.Join(lines, "\nnsrun: "))
	}
}

func says(stderr string, lines []string) bool {
	have := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if len(have) != len(lines) {
		return false
	}
	for i, line := range lines {
		begin, any := strings.CutSuffix("nsrun: "+line, "*")
		if have[i] != begin && !(any && strings.HasPrefix(have[i], begin)) {
			return false
		}
	}
	return true
}

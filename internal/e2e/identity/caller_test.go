//go:build linux

package identity_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// caller is who runs the tool.
type caller struct {
	name   string
	uid    uint32 // and gid
	groups []uint32
	env    []string // on top of the test's
	under  []string // the program that executes the tool
	inside []string // the options of a run around the tool's, which is the program
}

var (
	root = caller{name: "by root"}
	user = caller{name: "by a plain user", uid: nstest.UserID}
	// They have no entry in the files of subordinate ids, and the second none in passwd either.
	poor     = caller{name: "by a user without subordinate ids", uid: poorID}
	nameless = caller{name: "by a user without a name", uid: poorID + 1}
)

const poorID = 2000

// eachCaller runs a test once for root and once for a plain user.
func eachCaller(t *testing.T, fn func(t *testing.T, c caller)) {
	t.Helper()
	for _, c := range []caller{root, user} {
		t.Run(c.name, func(t *testing.T) { fn(t, c) })
	}
}

// with is the caller with supplementary groups.
func (c caller) with(groups ...uint32) caller {
	c.groups = groups
	return c
}

// below is the caller with another program that executes the tool.
func (c caller) below(program ...string) caller {
	c.under = append(slices.Clone(program), c.under...)
	return c
}

// searchPath has no directory that only root may search: execvp(3) answers to that with
// EACCES.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func (c caller) command(args ...string) *exec.Cmd {
	args = append(slices.Clone(c.under), args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(append(os.Environ(), searchPath), c.env...)
	cmd.Dir = "/mnt"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: c.uid, Gid: c.uid, Groups: c.groups}}
	return cmd
}

// run runs nsrun with nothing on standard input.
func (c caller) run(t *testing.T, args ...string) nstest.Result {
	t.Helper()
	tool := nstest.Tool(t, "nsrun")
	if c.inside != nil {
		c = c.below(append([]string{tool}, c.inside...)...)
	}
	return nstest.Exec(t, c.command(append([]string{tool}, args...)...))
}

// sh runs a shell script inside, with options of nsrun that have no spaces in them.
func (c caller) sh(t *testing.T, options, script string) nstest.Result {
	t.Helper()
	return c.run(t, append(strings.Fields(options), "sh", "-c", script)...)
}

// prints fails the test unless the script prints these words inside, whatever is between
// them, and nobody says a word on standard error.
func (c caller) prints(t *testing.T, options, script, want string) {
	t.Helper()
	r := c.sh(t, options, script)
	if got := words(r.Stdout); r.Code != 0 || got != want || r.Stderr != "" {
		t.Errorf("%s: nsrun %s, %s\nstatus %d, stderr %q\ngot  %s\nwant %s", c.name, options, script, r.Code, r.Stderr, got, want)
	}
}

func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// refused fails the test unless the tool ends with status 125, before the command has begun,
// and says these lines, all of them and no other.
func (c caller) refused(t *testing.T, options string, lines ...string) {
	t.Helper()
	r := c.run(t, append(split(options), "echo", "the command runs")...)
	if r.Code != 125 || r.Stdout != "" || !says(r.Stderr, lines) {
		t.Errorf("%s: nsrun %s\nstatus %d, stdout %q, stderr\n%swant 125 and\nnsrun: %s\n",
			c.name, brief(options), r.Code, r.Stdout, r.Stderr, strings.Join(lines, "\nnsrun: "))
	}
}

// brief is a command line that can be read.
func brief(options string) string { return options[:min(len(options), 200)] }

// split is strings.Fields, with two quotes for an empty word and _ for a space.
func split(options string) []string {
	list := strings.Fields(options)
	for i, word := range list {
		list[i] = strings.ReplaceAll(strings.ReplaceAll(word, "''", ""), "_", " ")
	}
	return list
}

// says compares what was said with lines in which PID stands for any number.
func says(stderr string, lines []string) bool {
	have := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	return slices.EqualFunc(have, lines, func(line, want string) bool {
		before, after, found := strings.Cut("nsrun: "+want, "PID")
		if !found {
			return line == before
		}
		rest, ok := strings.CutPrefix(line, before)
		return ok && strings.TrimLeft(rest, "0123456789") == after
	})
}

// inside is the plain user in a user namespace that nsrun has made.
func inside(options ...string) caller {
	c := user
	c.inside = options
	return c
}

func contains(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}

//go:build linux

package nsjoin_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// caller is who runs a tool.
type caller bool

const (
	root  caller = false
	plain caller = true // nstest.UserID
)

func (c caller) String() string {
	if c == plain {
		return "user"
	}
	return "root"
}

// require skips what this run of the tests cannot be: root.
func (c caller) require(t testing.TB) {
	t.Helper()
	if c == root {
		nstest.RequireRoot(t)
		return
	}
	nstest.RequireUserNS(t)
}

// callers runs fn for both. Where the tests run as a plain user, that is the user.
func callers(t *testing.T, fn func(t *testing.T, who caller)) {
	t.Helper()
	for _, who := range []caller{root, plain} {
		t.Run(who.String(), func(t *testing.T) {
			who.require(t)
			fn(t, who)
		})
	}
}

// environment is what every command of these tests gets: the PATH is that of the root
// file systems too, and no shell is named.
var environment = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LC_ALL=C"}

// as is a command of the caller.
func as(who caller, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = environment
	if who == plain && os.Geteuid() == 0 {
		nstest.AsUser(cmd)
	}
	return cmd
}

func join(t testing.TB, who caller, args ...string) nstest.Result {
	t.Helper()
	return nstest.Exec(t, as(who, nstest.Tool(t, "nsjoin"), args...))
}

// joined runs nsjoin, which must succeed without a word, and returns what the command
// printed.
func joined(t testing.TB, who caller, args ...string) string {
	t.Helper()
	return well(t, join(t, who, args...))
}

// well is the output of a command that has ended with 0, and has not complained.
func well(t testing.TB, r nstest.Result) string {
	t.Helper()
	if r.Code != 0 || r.Stderr != "" {
		t.Fatalf("exit status %d, want 0, and nothing on stderr\nstdout: %s\nstderr: %s", r.Code, r.Stdout, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// refused checks a failure of the tool: its exit status, that no command ran, and the
// form and the words of the message.
func refused(t testing.TB, r nstest.Result, code int, words ...string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("exit status %d, want %d", r.Code, code)
	}
	if r.Stdout != "" {
		t.Errorf("stdout: %q, want nothing", r.Stdout)
	}
	checkMessage(t, r.Stderr)
	for _, word := range words {
		if !strings.Contains(r.Stderr, word) {
			t.Errorf("the message lacks %q", word)
		}
	}
	if t.Failed() {
		t.Logf("stderr: %s", r.Stderr)
	}
}

// checkMessage: one or two lines, each with the tool's name before it, and nothing of a
// Go panic or of another's terminal sequences.
func checkMessage(t testing.TB, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if text == "" || len(lines) > 2 {
		t.Errorf("%d lines of message, want one or two: %q", len(lines), text)
	}
	for i, line := range lines {
		prefix := "nsjoin: "
		if i > 0 {
			prefix = "nsjoin: hint: "
		}
		if !strings.HasPrefix(line, prefix) {
			t.Errorf("line %q does not begin with %q", line, prefix)
		}
	}
	for _, bad := range []string{"goroutine", "panic", "runtime error"} {
		if strings.Contains(text, bad) {
			t.Errorf("the message has the word %q: %s", bad, text)
		}
	}
	for _, c := range text {
		if c < ' ' && c != '\n' || c == 0x7f {
			t.Errorf("the message has the control character %q: %q", c, text)
		}
	}
}

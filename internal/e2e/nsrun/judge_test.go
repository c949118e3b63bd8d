//go:build linux

package nsrun_test

import (
	"strings"
	"testing"
	"time"

	"nskit.dev/nskit/internal/nstest"
)

// mustPrint fails the test unless the run ended with status 0, printed just that, and
// nothing on standard error: nothing is said when all is well.
func mustPrint(t *testing.T, r nstest.Result, want string) {
	t.Helper()
	if r.Code != 0 || r.Stdout != want || r.Stderr != "" {
		t.Fatalf("status %d, stdout %q, stderr %q; want 0, %q and nothing", r.Code, r.Stdout, r.Stderr, want)
	}
}

// mustRun is mustPrint for whatever is printed, which it returns.
func mustRun(t *testing.T, r nstest.Result) string {
	t.Helper()
	mustPrint(t, r, r.Stdout)
	return r.Stdout
}

// mustFail fails the test unless the run ended with this status and a message of the
// tool that contains all the words.
func mustFail(t *testing.T, r nstest.Result, code int, words ...string) {
	t.Helper()
	if r.Code != code {
		t.Fatalf("status %d, want %d; stdout %q, stderr %q", r.Code, code, r.Stdout, r.Stderr)
	}
	isMessage(t, r.Stderr)
	for _, word := range words {
		if !strings.Contains(r.Stderr, word) {
			t.Errorf("stderr %q, want %q in it", r.Stderr, word)
		}
	}
}

// isMessage fails the test unless text is a message of nsrun to a person: lines with the
// tool's name, few, and no trace of the Go runtime, of internals or of control characters.
func isMessage(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > 2 || !strings.HasSuffix(text, "\n") {
		t.Errorf("a message and a hint, each of one line, are wanted: %q", text)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "nsrun: ") {
			t.Errorf("the line does not say that nsrun prints it: %q", line)
		}
	}
	for _, word := range []string{"goroutine", "panic", "fatal error", "runtime:", "internal error", "%!", "errno "} {
		if strings.Contains(text, word) {
			t.Errorf("%q is in the message %q", word, text)
		}
	}
	control := func(r rune) bool { return r < 0x20 && r != '\n' || r == 0x7f }
	if strings.ContainsFunc(text, control) {
		t.Errorf("control characters are in the message %q", text)
	}
}

// hasHint is whether there is a second line that names cause and remedy.
func hasHint(stderr string) bool { return strings.Contains(stderr, "\nnsrun: hint: ") }

// eventually waits some seconds for what look looks for.
func eventually(t *testing.T, look func() error) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		err := look()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

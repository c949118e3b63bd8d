//go:build linux

package mounts_hostile_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"nskit.dev/nskit/internal/nstest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), mode))
	must(t, os.Chmod(path, mode)) // whatever the umask is
}

// mustPrint fails the test unless the run ended with status 0, printed just that, and
// nothing on standard error.
func mustPrint(t *testing.T, r nstest.Result, want string) {
	t.Helper()
	if r.Code != 0 || r.Stdout != want || r.Stderr != "" {
		t.Fatalf("status %d, stdout %q, stderr %q; want 0, %q and nothing", r.Code, r.Stdout, r.Stderr, want)
	}
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

// isMessage fails the test unless text is a message of nsrun to a person, and a hint at most.
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

func mountinfo(t *testing.T, pid string) string {
	t.Helper()
	data, err := os.ReadFile("/proc/" + pid + "/mountinfo")
	must(t, err)
	return string(data)
}

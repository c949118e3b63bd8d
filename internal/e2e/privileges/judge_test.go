//go:build linux

package privileges_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// status is what /proc/PID/status says of a command, by field.
type status map[string]string

func parseStatus(text string) status {
	s := status{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		s[name] = strings.Join(strings.Fields(value), " ")
	}
	return s
}

// setNames are the five sets of capabilities(7) in the order in which tests give them.
var setNames = [...]string{"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"}

type sets [len(setNames)]uint64

func (s status) sets(t *testing.T) (all sets) {
	t.Helper()
	for i, name := range setNames {
		n, err := strconv.ParseUint(s[name], 16, 64)
		must(t, err)
		all[i] = n
	}
	return all
}

// want fails the test for each field, given by name and value, that is something else.
func (s status) want(t *testing.T, fields ...string) {
	t.Helper()
	for i := 0; i < len(fields); i += 2 {
		if s[fields[i]] != fields[i+1] {
			t.Errorf("%s is %q, want %q", fields[i], s[fields[i]], fields[i+1])
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mustRun fails the test unless the run ended well and said nothing on standard error.
func mustRun(t *testing.T, r nstest.Result) string {
	t.Helper()
	if r.Code != 0 || r.Stderr != "" {
		t.Fatalf("status %d, stdout %q, stderr %q", r.Code, r.Stdout, r.Stderr)
	}
	return r.Stdout
}

// mustFail fails the test unless nothing ran, and the tool said just this, a line and
// perhaps a hint.
func mustFail(t *testing.T, r nstest.Result, lines ...string) {
	t.Helper()
	want := "nsrun: " + strings.Join(lines, "\nnsrun: hint: ") + "\n"
	if r.Code != 125 || r.Stdout != "" || r.Stderr != want {
		t.Errorf("status %d, stdout %q, stderr\n%s want 125 and\n%s", r.Code, r.Stdout, r.Stderr, want)
	}
}

// write makes a file that every user can read.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(nstest.TempDir(t), name)
	}
	must(t, os.WriteFile(path, []byte(text), 0o644))
	must(t, os.Chmod(path, 0o644))
	return path
}

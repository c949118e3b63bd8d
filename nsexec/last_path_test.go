//go:build linux && cgo

package nsexec_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
)

// pathLab has directories in which "prog" is each thing that a search may come across.
func pathLab(t *testing.T) string {
	t.Helper()
	dir := nstest.TempDir(t)
	script := func(name, text string, mode os.FileMode) {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	script("first/prog", "#!/bin/sh\necho first \"$@\"\n", 0o755)
	script("second/prog", "#!/bin/sh\necho second\n", 0o755)
	script("denied/prog", "#!/bin/sh\necho denied\n", 0o644)
	script("text/prog", "echo no magic\n", 0o755)
	script("orphan/prog", "#!/nskit/none\n", 0o755)
	script("file", "", 0o644)
	for _, name := range []string{"empty", "directory/prog"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// As execvp(3), but that a text file is not handed to a shell.
func TestLastStepSearchesPath(t *testing.T) {
	dir := pathLab(t)
	long := strings.Repeat("x", unix.PathMax)
	for _, tc := range []struct {
		path, name, out string
		code            int
	}{
		{path: "first:second", name: "prog", out: "first a b\n"},
		{path: "second:first", name: "prog", out: "second\n"},
		{path: "none:empty:second", name: "prog", out: "second\n"},
		{path: "file:second", name: "prog", out: "second\n"}, // ENOTDIR
		{path: long + ":second", name: "prog", out: "second\n"},
		{path: "denied:second", name: "prog", out: "second\n"},
		{path: "directory:second", name: "prog", out: "second\n"},
		{path: "orphan:second", name: "prog", out: "second\n"},
		{path: "denied:empty", name: "prog", code: 126},
		{path: "empty:denied:none", name: "prog", code: 126},
		{path: "directory", name: "prog", code: 126},
		{path: "text:second", name: "prog", code: 126}, // ENOEXEC
		{path: "orphan", name: "prog", code: 127},
		{path: "empty:none:file", name: "prog", code: 127},
		{path: "first", name: "other", code: 127},
		{path: "first", name: "", code: 127},
		{path: "first", name: long, code: 127},
		{path: "empty", name: "first/prog", out: "first a b\n"}, // a slash: no search
		{path: "first", name: "./prog", code: 127},
		{path: "first", name: ".", code: 126},
	} {
		t.Run(tc.path[:min(len(tc.path), 20)]+" "+tc.name[:min(len(tc.name), 20)], func(t *testing.T) {
			cmd := lastStep{Last: nsexec.Last{Args: []string{tc.name, "a", "b"}, Env: []string{"X=1", "PATH=" + tc.path}}}.command(t)
			cmd.Dir = dir
			if r := nstest.Exec(t, cmd); r.Stdout != tc.out || r.Code != tc.code {
				t.Errorf("status %d, want %d\n%s%s", r.Code, tc.code, r.Stdout, r.Stderr)
			}
		})
	}
}

func TestLastStepPathWithEmptyElement(t *testing.T) {
	dir := pathLab(t)
	for _, path := range []string{"", ":../second", "../empty:", "../empty::../second", "."} {
		cmd := lastStep{Last: nsexec.Last{Args: []string{"prog"}, Env: []string{"PATH=" + path}}}.command(t)
		cmd.Dir = filepath.Join(dir, "first")
		if r := nstest.Exec(t, cmd); r.Stdout != "first\n" && r.Stdout != "first \n" {
			t.Errorf("PATH=%q: status %d\n%s%s", path, r.Code, r.Stdout, r.Stderr)
		}
	}
}

func TestLastStepWithoutPathVariable(t *testing.T) {
	if got := (lastStep{Last: nsexec.Last{Args: []string{"env"}, Env: []string{"XPATH=/nskit", "A=b"}}}).run(t); got != "XPATH=/nskit\nA=b\n" {
		t.Errorf("%q", got)
	}
}

func TestLastStepPathField(t *testing.T) {
	got := lastStep{Last: nsexec.Last{Path: "/bin/sh", Args: []string{"my name", "-c", `echo "$0" "$1"; tr '\0' '|' </proc/$$/cmdline`, "zero", "one"}}}.run(t)
	if want := `zero one` + "\nmy name|-c|"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q...", got, want)
	}
}

func TestLastStepEnvironment(t *testing.T) {
	env := []string{"B=2", "A=1", "A=twice", "empty=", "noequals"}
	got := lastStep{Last: nsexec.Last{Path: "/usr/bin/env", Args: []string{"env"}, Env: env}}.run(t)
	if want := strings.Join(env, "\n") + "\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (lastStep{Last: nsexec.Last{Path: "/usr/bin/env", Args: []string{"env"}, Env: []string{}}}).run(t); got != "" {
		t.Errorf("an empty environment: %q", got)
	}
	cmd := lastStep{Last: nsexec.Last{Path: "/usr/bin/env", Args: []string{"env"}}}.command(t)
	cmd.Env = env[:1] // nil: that of the tool
	if r := nstest.Exec(t, cmd); r.Stdout != "B=2\n" {
		t.Errorf("the caller's environment: %q", r.Stdout)
	}
}

// The first shell that can be executed is, under a name that makes it a login shell.
func TestLastStepLoginShells(t *testing.T) {
	dir := pathLab(t)
	shells := []string{dir + "/none", dir + "/denied/prog", dir + "/text/prog", "/bin/sh", "/bin/false"}
	cmd := lastStep{Last: nsexec.Last{Args: shells, LoginShells: true}}.command(t)
	cmd.Stdin = strings.NewReader("echo $0 $#; tr '\\0' '|' </proc/$$/cmdline\n")
	cmd.Env = append(os.Environ(), "ENV=", "HOME="+dir)
	if r := nstest.Exec(t, cmd); r.Code != 0 || r.Stdout != "-sh 0\n-sh|" {
		t.Errorf("status %d\n%q\n%s", r.Code, r.Stdout, r.Stderr)
	}
	r := nstest.Exec(t, lastStep{Last: nsexec.Last{Args: []string{dir + "/none"}, LoginShells: true}}.command(t))
	if r.Code != 127 {
		t.Errorf("no shell: status %d\n%s", r.Code, r.Stderr)
	}
}

func TestLastStepWithoutCommand(t *testing.T) {
	for name, last := range map[string]nsexec.Last{"nothing": {}, "no shells": {LoginShells: true}} {
		r := nstest.Exec(t, lastStep{Last: last}.command(t))
		if r.Code < 125 || r.Code > 127 || strings.Contains(r.Stderr, "goroutine") || !strings.HasPrefix(r.Stderr, "probe: ") {
			t.Errorf("%s: status %d\n%s", name, r.Code, r.Stderr)
		}
	}
}

// A single word of more than 128 KiB is more than the kernel takes (MAX_ARG_STRLEN).
func TestLastStepTooLarge(t *testing.T) {
	file := filepath.Join(t.TempDir(), "step")
	step := lastStep{Last: nsexec.Last{Args: []string{"echo", "ran"}, Env: []string{strings.Repeat("x", 140_000)}}}
	if err := os.WriteFile(file, []byte(step.argument(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	r := nstest.Exec(t, exec.Command(probe(t, dynamic), "--first=last", "--", "@"+file))
	if r.Code != 126 || r.Stdout != "" || !strings.Contains(r.Stderr, "E2BIG") {
		t.Errorf("status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
}

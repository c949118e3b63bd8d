//go:build linux && cgo

package nsexec_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
)

// started is what the probe tells of itself.
type started struct {
	Role       nsexec.Role
	Understood bool
	Forked     bool
	Command    int
	Args       []string
	Env        []string
	Variables  int
	Failure    string
}

func runProbe(t *testing.T, cmd *exec.Cmd) started {
	t.Helper()
	r := nstest.Exec(t, cmd)
	var got started
	if err := json.Unmarshal([]byte(r.Stdout), &got); err != nil || r.Code != 0 {
		t.Fatalf("status %d, %v\n%s%s", r.Code, err, r.Stdout, r.Stderr)
	}
	return got
}

// builds are all ways in which the constructor may find the command line.
var builds = []build{dynamic, glibcStatic, muslStatic, muslDynamic}

func TestCommandLineIsFoundWhateverTheEnvironment(t *testing.T) {
	large := make([]string, 9)
	for i := range large {
		large[i] = fmt.Sprintf("V%d=%s", i, strings.Repeat("v", 120_000))
	}
	for _, b := range builds {
		for _, tc := range []struct {
			name string
			env  []string
		}{
			{"empty", []string{}}, {"one", []string{"A=b"}}, {"1 MiB", large}, {"no name", []string{"=x", "A"}},
		} {
			t.Run(b.String()+"/"+tc.name, func(t *testing.T) {
				cmd := exec.Command(probe(t, b), "--inside=environ", "", "two")
				cmd.Env = tc.env
				got := runProbe(t, cmd)
				if got.Role != nsexec.Inside || !got.Understood || got.Command != 2 || !slices.Equal(got.Args, cmd.Args) {
					t.Errorf("role %d, command %d, arguments %q", got.Role, got.Command, got.Args)
				}
				if !slices.Equal(got.Env, tc.env) {
					t.Errorf("%d variables, not those that were given", len(got.Env))
				}
			})
		}
	}
}

func TestManyArguments(t *testing.T) {
	for _, b := range builds {
		t.Run(b.String(), func(t *testing.T) {
			cmd := exec.Command(probe(t, b), append([]string{"--inside=role"}, many("x", 20_000)...)...)
			if got := runProbe(t, cmd); got.Role != nsexec.Inside || len(got.Args) != 20_002 {
				t.Errorf("role %d, %d arguments", got.Role, len(got.Args))
			}
		})
	}
}

// Since Linux 5.18 a program that is executed without any argument gets an empty one.
func TestNoArgument(t *testing.T) {
	for _, b := range builds {
		t.Run(b.String(), func(t *testing.T) {
			path := probe(t, b)
			got := runProbe(t, exec.Command(path, "--first=empty", path))
			if len(got.Args) > 1 || strings.Join(got.Args, "") != "" || got.Variables != 0 {
				t.Errorf("%+v", got)
			}
			if want := map[int]nsexec.Role{0: nsexec.Bystander, 1: nsexec.Inside}[len(got.Args)]; got.Role != want {
				t.Errorf("role %d, want %d", got.Role, want)
			}
		})
	}
}

// A preloaded library runs before the constructor, and its setenv(3) moves environ away
// from the arguments. musl gives a constructor no arguments: there it must do nothing.
func TestEnvironmentMovedByAPreloadedLibrary(t *testing.T) {
	for b, want := range map[build]nsexec.Role{dynamic: nsexec.Inside, muslDynamic: nsexec.Bystander} {
		t.Run(b.String(), func(t *testing.T) {
			path := probe(t, b)
			library := filepath.Join(nstest.TempDir(t), "preload.so")
			if output, err := exec.Command(b.cc, "-shared", "-fPIC", "-o", library, "testdata/preload.c").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			cmd := exec.Command(path, "--inside=role", "x")
			cmd.Env = []string{"LD_PRELOAD=" + library}
			if got := runProbe(t, cmd); got.Role != want || !slices.Equal(got.Args, cmd.Args) {
				t.Errorf("role %d, want %d: %+v", got.Role, want, got)
			}
			if want == nsexec.Bystander {
				return
			}
			r := nstest.Exec(t, &exec.Cmd{Path: path, Args: []string{path, "--", "/usr/bin/env"}, Env: cmd.Env})
			if r.Code != 0 || !strings.Contains(r.Stdout, "PRELOADED=yes\n") {
				t.Errorf("the command's environment, status %d:\n%s%s", r.Code, r.Stdout, r.Stderr)
			}
		})
	}
}

// A command line that begins as those of Command do, and goes on otherwise, ends here:
// the program that it was to start must not run again instead.
func TestCanonicalCommandLineThatIsNotUnderstood(t *testing.T) {
	path := probe(t, bare)
	for _, args := range [][]string{
		{"nsexec", "--sync-fd=3"}, {"nsexec", "--sync-fd=3", "--"}, {"nsexec", "--sync-fd="}, {"nsexec", "--sync-fd=03", "--", "true"},
		{"nsexec", "--sync-fd=3", "--first=role", "--", "true"}, {"nsexec", "--sync-fd=3", "--target=0", "--", "true"},
		{"nsexec", "--sync-fd=99", "--", "true"}, // not open
	} {
		if r := nstest.Exec(t, &exec.Cmd{Path: path, Args: args}); r.Code != 125 || r.Stdout != "" {
			t.Errorf("%q: status %d\n%s%s", args, r.Code, r.Stdout, r.Stderr)
		}
	}
}

// A descriptor below 3 that is closed becomes /dev/null, for Go as for the command.
func TestClosedStandardStreams(t *testing.T) {
	const list = `for fd in 0 1 2; do echo "$fd $(readlink /proc/$$/fd/$fd)" >>"$0"; done`
	for _, b := range []build{dynamic, muslStatic} {
		path := probe(t, b)
		for closed := range 8 { // a bit for each descriptor
			redirect := ""
			for fd := range 3 {
				if closed>>fd&1 != 0 {
					redirect += fmt.Sprintf(" %d>&-", fd)
				}
			}
			for _, words := range [][]string{{"--inside=streams"}, {"--first=streams"}, {"--", "sh", "-c", list}} {
				t.Run(fmt.Sprintf("%s/%s%s", b, words[0], redirect), func(t *testing.T) {
					file := filepath.Join(t.TempDir(), "streams")
					cmd := exec.Command("sh", append([]string{"-c", `exec "$0" "$@"` + redirect, path}, append(words, file)...)...)
					cmd.Stdin = strings.NewReader("") // a pipe, to tell it from what the constructor opens
					if r := nstest.Exec(t, cmd); r.Code != 0 {
						t.Fatalf("status %d\n%s", r.Code, r.Stderr)
					}
					wantStreams(t, file, closed)
				})
			}
		}
	}
}

func wantStreams(t *testing.T, file string, closed int) {
	t.Helper()
	text, err := os.ReadFile(file)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if err != nil || len(lines) != 3 {
		t.Fatalf("%v\n%s", err, text)
	}
	for fd, line := range lines {
		if null := strings.HasPrefix(line, fmt.Sprintf("%d /dev/null", fd)); null != (closed>>fd&1 != 0) {
			t.Errorf("descriptor %d: %s", fd, line)
		}
	}
}

// By its name and its first word a process is known as one that Command started. Neither
// alone is enough.
func TestNameAloneMeansNothing(t *testing.T) {
	path := probe(t, bare)
	for _, args := range [][]string{
		{"nsexec"}, {"nsexec", ""}, {"nsexec", "--uts", "--", "false"}, {"nsexec", "--sync-fd", "3", "--", "false"},
		{"nsexec", "--", "--sync-fd=3"}, {"/nsexec", "--sync-fd=3", "--", "false"}, {"", "--sync-fd=3", "--", "false"},
	} {
		got := runProbe(t, &exec.Cmd{Path: path, Args: args})
		if got.Role != nsexec.Bystander || got.Understood || !slices.Equal(got.Args, args) {
			t.Errorf("%q: %+v", args, got)
		}
	}
}

// A program without an option table is left alone, whatever its arguments mean elsewhere.
func TestBystander(t *testing.T) {
	if r := nsexec.Started(); r.Role != nsexec.Bystander || r.Understood || r.Sync != -1 || r.Failure(os.Args) != nil {
		t.Errorf("this test binary: %+v", r)
	}
	got := runProbe(t, exec.Command(probe(t, bare), "--pid", "--inside=role"))
	if got.Role != nsexec.Bystander || got.Forked {
		t.Errorf("%+v", got)
	}
}

//go:build linux

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/internal/cli/joinopts"
	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/internal/cli/umountopts"
	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"
)

func tools() map[string]*cli.Set {
	return map[string]*cli.Set{
		"nsrun":  runopts.NewSet(new(runopts.Options)),
		"nsjoin": joinopts.NewSet(new(joinopts.Options)),

		"nsumount": umountopts.NewSet(new(umountopts.Options)),
	}
}

func script(t *testing.T, s *cli.Set, shell string) string {
	t.Helper()
	var b strings.Builder
	if err := s.Completion(&b, shell); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompletionOfBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		nstest.Skip(t, "bash is not installed")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "rootfs"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, row := range [...]struct {
		words string // as readline splits them: at blanks and at '='
		want  string // the completions of the last word
	}{
		{"nsrun --pro", "--propagation --proc"},
		{"nsrun --proc = a", "auto"},
		{"nsrun --proc =", "auto mount bind none"},
		{"nsrun --proc no", "none"},
		{"nsrun --uts --fo", "--fork --forward-signals"},
		{"nsrun --uts = roo", "rootfs"},
		{"nsrun --root roo", "rootfs"},
		{"nsrun --kill-child = SIGKI", "SIGKILL"},
		{"nsrun -R rootfs --ex", "--explain"},
		{"nsrun --hostname x --ex", "--explain"},
		{"nsrun --hostname --ex", ""},
		{"nsrun roo", "rootfs"},
		{"nsrun cmd --fo", "command at 1"},
		{"nsrun -u -- cmd --fo", "command at 3"},
		{"nsrun rootfs cmd --fo", "command at 2"},
		{"nsjoin -t 1 -- -", ""},
		{"nsjoin --t", "--target --time"},
		{"nsjoin rootfs cmd --fo", "command at 1"},
		{"nsjoin --shel", ""},
		{"nsumount --la", "--lazy"},
		{"nsumount roo", "rootfs"},
		{"nsumount x roo", "rootfs"},
	} {
		t.Run(row.words, func(t *testing.T) {
			words := strings.Fields(row.words)
			cmd := exec.Command(bash, "--norc", "-c", `eval "$1"; shift
				_comp_command_offset() { COMPREPLY=(command at "$1"); }
				COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
				_$1; echo ${COMPREPLY[@]}`, "bash", script(t, tools()[words[0]], "bash"))
			cmd.Args = append(cmd.Args, words...)
			cmd.Dir = dir
			cmd.Env = []string{"PATH="} // no commands to complete but builtins
			out, err := cmd.CombinedOutput()
			if got := strings.TrimSpace(string(out)); err != nil || got != row.want {
				t.Errorf("got %q (%v), want %q", got, err, row.want)
			}
		})
	}
}

// Every listed option must be in every script, and those that are not listed in
// none.
func TestCompletionNamesTheOptions(t *testing.T) {
	for tool, s := range tools() {
		var help strings.Builder
		if err := s.Help(&help); err != nil {
			t.Fatal(err)
		}
		for shell, dashes := range map[string]string{"bash": "--", "zsh": "--", "fish": "-l "} {
			text := script(t, s, shell)
			for _, e := range s.Entries() {
				listed := regexp.MustCompile(`(?m)^ +(-., )?--` + e.Name + `[ \[\n]`).MatchString(help.String())
				if got := regexp.MustCompile(dashes + e.Name + `[ '=\[]`).MatchString(text); got != listed {
					t.Errorf("%s: --%s in the script for %s: %v, in the help: %v", tool, e.Name, shell, got, listed)
				}
			}
		}
	}
}

func TestCompletionForAnUnknownShell(t *testing.T) {
	err := tools()["nsrun"].Completion(&strings.Builder{}, "csh")
	if !diag.IsUsage(err) || err.Error() != "no completion for csh, only for bash, zsh, fish" {
		t.Errorf("error is %v", err)
	}
}

// Each option says what holds without it; those that only print need not.
func TestHelpHasDefaults(t *testing.T) {
	for tool, s := range tools() {
		var b strings.Builder
		if err := s.Help(&b); err != nil {
			t.Fatal(err)
		}
		doing, _, _ := strings.Cut(b.String(), "\nInformation:\n")
		options, defaults := 0, strings.Count(strings.Join(strings.Fields(doing), " "), "(default: ")
		for _, line := range strings.Split(doing, "\n") {
			if len(line) > 80 {
				t.Errorf("%s: longer than 80 columns: %s", tool, line)
			}
			if strings.HasPrefix(line, "  -") || strings.HasPrefix(line, "      --") {
				options++
			}
		}
		if strings.Contains(doing, "COMMAND (default: ") {
			defaults--
		}
		if options < 4 || options != defaults {
			t.Errorf("%s: %d options, %d defaults\n%s", tool, options, defaults, b.String())
		}
	}
}

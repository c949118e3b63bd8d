//go:build linux

package nsjoin_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"--help"}, {"-t", "1", "-uh", "true"}, {"--help", "--version"}} {
		text := joined(t, plain, args...)
		for _, word := range []string{"nsjoin -t PID", "--target", "-m, --mount", "-W, --wdns", "--preserve-credentials",
			"--privileged", "--explain", "--completion", "default"} {
			if !strings.Contains(text, word) {
				t.Errorf("%v: no %q in the help", args, word)
			}
		}
		for _, word := range []string{"target-fd", "shells"} { // the tool's own
			if strings.Contains(text, "--"+word) {
				t.Errorf("%v: --%s is listed", args, word)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	for _, option := range []string{"-V", "--version"} {
		words := strings.Fields(joined(t, plain, option))
		if len(words) < 2 || words[0] != "nsjoin" {
			t.Errorf("%s: %q", option, words)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		text := joined(t, plain, "--completion", shell)
		if !strings.Contains(text, "preserve-credentials") {
			t.Errorf("%s: no option in the script", shell)
		}
		if path, err := exec.LookPath(shell); err == nil {
			cmd := exec.Command(path, "-n")
			cmd.Stdin = strings.NewReader(text)
			well(t, nstest.Exec(t, cmd))
		}
	}
	refused(t, join(t, plain, "--completion", "tcsh"), 125, "tcsh", "bash")
}

// Standard output that cannot be written to is an error, and no silence.
func TestAFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, option := range []string{"--help", "--version", "--completion=bash", "--explain"} {
		cmd := as(plain, nstest.Tool(t, "nsjoin"), option, "-t", strconv.Itoa(os.Getpid()), "true")
		cmd.Stdout = full
		refused(t, nstest.Exec(t, cmd), 125, "no space left")
	}
}

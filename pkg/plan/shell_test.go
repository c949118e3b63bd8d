//go:build linux

package plan

import (
	"os/exec"
	"testing"
)

// What ShellCommand writes, a shell reads as the words that it was made of.
func TestShellCommand(t *testing.T) {
	words := []string{"printf", "<%s>", "plain/path-1.2", "", "a b", "it's", `back\slash`, "$HOME", "new\nline", "\xff", "*", "é"}
	want := ""
	for _, word := range words[2:] {
		want += "<" + word + ">"
	}
	out, err := exec.Command("sh", "-c", ShellCommand(words)).Output()
	if err != nil || string(out) != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

func TestShellQuoteLeavesPlainWordsAlone(t *testing.T) {
	for _, word := range []string{"sh", "./rootfs", "a=b", "user@host:/x,y+%z", "--uts"} {
		if got := ShellQuote(word); got != word {
			t.Errorf("got %s, want %s", got, word)
		}
	}
}

func TestExecution(t *testing.T) {
	step := Execution([]string{"sh", "-c", "echo $$"})
	if got, want := step.Call(), `execve("sh", ["sh", "-c", "echo $$"])`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := step.Shell(), `exec sh -c 'echo $$'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if step.Do != nil {
		t.Error("what the constructor has done would be done again")
	}
}

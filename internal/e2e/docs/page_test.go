//go:build linux

package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// example is a command of a page, and what the page says that it prints.
type example struct {
	line    int
	command string
	output  []string
}

// examples are those of the console blocks of a page that follow the prompt, "# " or "$ ". What
// follows "> " continues the command.
// Empty lines separate them in the page and are not part of what they print.
func examples(t *testing.T, page, prompt string) []*example {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var list []*example
	var last *example
	inside := false
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inside, last = line == "```console", nil
		case !inside || line == "":
		case strings.HasPrefix(line, prompt):
			last = &example{line: i + 1, command: strings.TrimPrefix(line, prompt)}
			list = append(list, last)
		case strings.HasPrefix(line, "# "), strings.HasPrefix(line, "$ "): // of the other prompt
			last = nil
		case last != nil && strings.HasPrefix(line, "> "):
			last.command += "\n" + strings.TrimPrefix(line, "> ")
		case last != nil:
			last.output = append(last.output, line)
		}
	}
	if len(list) == 0 {
		t.Fatalf("%s has no examples with the prompt %q", page, prompt)
	}
	return list
}

// mark separates what the examples print: no tool prints a bare \x01.
const mark = "\x01"

// script is all examples for one shell, as later ones use variables of earlier ones.
func script(list []*example) string {
	var text strings.Builder
	for _, e := range list {
		text.WriteString("printf '\\001'\n" + e.command + "\n")
	}
	return text.String()
}

// compare checks what the script has printed, example by example.
func compare(t *testing.T, page string, list []*example, printed string) {
	t.Helper()
	outputs := strings.Split(printed, mark)
	if len(outputs) != len(list)+1 || outputs[0] != "" {
		t.Fatalf("%d of %d examples were run; before the first: %q\nthe last printed: %s",
			len(outputs)-1, len(list), outputs[0], outputs[len(outputs)-1])
	}
	for i, e := range list {
		want := strings.Join(e.output, "\n")
		got := strings.TrimSuffix(outputs[i+1], "\n")
		if anyNumber(got) != anyNumber(want) {
			t.Errorf("%s:%d: %s\nprints:\n%s\nand not:\n%s", page, e.line, e.command, got, want)
		}
	}
}

// anyNumber makes the numbers in a text equal: PIDs, peer groups, loop devices.
func anyNumber(text string) string {
	return regexp.MustCompile(`[0-9]+`).ReplaceAllString(text, "N")
}

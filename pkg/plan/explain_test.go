//go:build linux

package plan

import (
	"errors"
	"strings"
	"testing"
)

func say(text string) func() string { return func() string { return text } }

// undone is a step that must not be done.
func undone(t *testing.T, call, shell func() string) Step {
	return Step{Call: call, Shell: shell, Do: func() error {
		t.Error("explaining did a step")
		return nil
	}}
}

func TestExplain(t *testing.T) {
	for _, row := range []struct {
		name  string
		steps []Step
		want  string
	}{
		{"nothing", nil, ""},
		{"a call", []Step{undone(t, say("unshare(CLONE_NEWUTS)"), nil)}, "1. unshare(CLONE_NEWUTS)\n"},
		{"with its command", []Step{undone(t, say("unshare(CLONE_NEWUTS)"), say("unshare --uts"))},
			"1. unshare(CLONE_NEWUTS)\n   # unshare --uts\n"},
		{"without a command", []Step{undone(t, say("setns(3, 0)"), say(""))}, "1. setns(3, 0)\n"},
		{"several lines", []Step{undone(t, say("open()\nread()"), say("a\nb"))}, "1. open()\n   read()\n   # a\n   # b\n"},
		{"a step that is not listed", []Step{{Do: nil}, {Call: say("one()")}, {Shell: say("hidden")}, {Call: say("two()")}},
			"1. one()\n2. two()\n"},
		{"foreign bytes", []Step{{Call: say("open(\"\x1b]0;x\a\xff\")"), Shell: say("cat \u202e")}},
			"1. open(\"\\x1b]0;x\\a\\xff\")\n   # cat \\u202e\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var out strings.Builder
			if err := Explain(&out, row.steps); err != nil || out.String() != row.want {
				t.Errorf("error %v, got:\n%swant:\n%s", err, out.String(), row.want)
			}
		})
	}
}

func TestExplainAlignsTheNumbers(t *testing.T) {
	var steps []Step
	for range 10 {
		steps = append(steps, Step{Call: say("call()"), Shell: say("cmd")})
	}
	var out strings.Builder
	if err := Explain(&out, steps); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, " 1. call()\n    # cmd\n 2. ") || !strings.HasSuffix(got, "\n10. call()\n    # cmd\n") {
		t.Errorf("got:\n%s", got)
	}
}

type writer struct {
	writes int
	err    error
}

func (w *writer) Write(p []byte) (int, error) {
	w.writes++
	return len(p), w.err
}

func TestExplainWritesOnce(t *testing.T) {
	w := writer{err: errors.New("full")}
	if err := Explain(&w, []Step{{Call: say("a()"), Shell: say("b")}, {Call: say("c()")}}); err != w.err || w.writes != 1 {
		t.Errorf("error %v after %d writes, want %v after 1", err, w.writes, w.err)
	}
}

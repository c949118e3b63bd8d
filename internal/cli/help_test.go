//go:build linux

package cli_test

import (
	"strings"
	"testing"

	"nskit.dev/nskit/internal/cli"
)

func TestHelp(t *testing.T) {
	s := cli.New("tool", "[OPTION]... [COMMAND]\n\nRuns it.", cli.ModeRun)
	proc := "auto"
	s.Group("First:")
	s.Switch(nil, "fork", 'f', cli.Meaning{}, "fork (default: no)")
	s.Alias("spoon")
	s.Words(&proc, "proc", 0, "auto|none", cli.Meaning{}, "what to mount on /proc, told at such a length that it is wrapped")
	s.Group("Second:")
	s.Words(new(string), "propagation", 0, "private|slave|shared", cli.Meaning{}, "of mounts")
	s.Hidden()
	s.Switch(nil, "secret", 'x', cli.Meaning{}, "hidden")
	if _, err := s.Parse([]string{"--proc=none"}); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := s.Help(&b); err != nil {
		t.Fatal(err)
	}
	want := `Usage: tool [OPTION]... [COMMAND]

Runs it.

First:
  -f, --fork                fork (default: no)
      --proc auto|none      what to mount on /proc, told at such a length that
                            it is wrapped (default: auto)

Second:
      --propagation private|slave|shared
                            of mounts
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

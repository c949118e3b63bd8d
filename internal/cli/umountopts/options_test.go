//go:build linux

package umountopts

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nskit.dev/nskit/pkg/diag"
)

const none time.Duration = -1

func TestParse(t *testing.T) {
	for _, row := range [...]struct {
		args string // separated by blanks
		want Options
	}{
		{"/x", Options{Limit: none, Paths: []string{"/x"}}},
		{"/x -l", Options{Limit: none, Paths: []string{"/x", "-l"}}},
		{"-- -l", Options{Limit: none, Paths: []string{"-l"}}},
		{"-lfR a b", Options{Limit: none, Lazy: true, Force: true, Recursive: true, Paths: []string{"a", "b"}}},
		{"--lazy --force --recursive a", Options{Limit: none, Lazy: true, Force: true, Recursive: true, Paths: []string{"a"}}},
		{"-e a", Options{Limit: none, Expire: true, Paths: []string{"a"}}},
		{"-eR a", Options{Limit: none, Expire: true, Recursive: true, Paths: []string{"a"}}},
		{"-e=2 a", Options{Limit: 2 * time.Second, Expire: true, Paths: []string{"a"}}},
		{"-e.5 a", Options{Limit: time.Second / 2, Expire: true, Paths: []string{"a"}}},
		{"--expire=1.25 a", Options{Limit: 1250 * time.Millisecond, Expire: true, Paths: []string{"a"}}},
		{"--expire=0 a", Options{Limit: 0, Expire: true, Paths: []string{"a"}}},
		{"--expire=7 --expire a", Options{Limit: none, Expire: true, Paths: []string{"a"}}},
		{"--explain a", Options{Limit: none, Explain: true, Paths: []string{"a"}}},
		{"-h", Options{Limit: none, Help: true}},
		{"-V -el", Options{Limit: none, Version: true, Expire: true, Lazy: true}},
		{"--completion=bash", Options{Limit: none, Completion: "bash"}},
	} {
		t.Run(row.args, func(t *testing.T) {
			got, err := Parse(strings.Fields(row.args))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const seconds = " is not a number of seconds such as 10 or 0.5"
	for _, row := range [...]struct {
		args []string
		want string
	}{
		{nil, "no PATH: say what to unmount"},
		{[]string{"-l"}, "no PATH: say what to unmount"},
		{[]string{"--explain"}, "no PATH: say what to unmount"},
		{[]string{"a", ""}, "a PATH is empty"},
		{[]string{"-el", "a"}, "options --expire and --lazy exclude each other"},
		{[]string{"-f", "-e=1", "a"}, "options --expire and --force exclude each other"},
		{[]string{"--expire=", "a"}, "option --expire: SECONDS is empty"},
		{[]string{"--expire=-1", "a"}, "option --expire: -1" + seconds},
		{[]string{"--expire=inf", "a"}, "option --expire: inf" + seconds},
		{[]string{"--expire=1e3", "a"}, "option --expire: 1e3" + seconds},
		{[]string{"--expire=.", "a"}, "option --expire: ." + seconds},
		{[]string{"--expire=1000000001", "a"}, "option --expire: 1000000001" + seconds},
		{[]string{"--expire=\x1b", "a"}, `option --expire: "\x1b"` + seconds},
		{[]string{"-e5", "a"}, "unknown option -5 in -e5"},
		{[]string{"--lasy", "a"}, "unknown option --lasy: did you mean --lazy?"},
		{[]string{"--lazy=1", "a"}, "option --lazy takes no argument"},
	} {
		t.Run(strings.ToValidUTF8(strings.Join(row.args, " "), "?"), func(t *testing.T) {
			o, err := Parse(row.args)
			if err == nil {
				t.Fatalf("understood as %+v", o)
			}
			if err.Error() != row.want || !diag.IsUsage(err) {
				t.Errorf("got  %s\nwant %s", err, row.want)
			}
		})
	}
}

// Each option says what holds without it; those that only print need not.
func TestHelpHasDefaults(t *testing.T) {
	var b strings.Builder
	if err := NewSet(new(Options)).Help(&b); err != nil {
		t.Fatal(err)
	}
	doing, _, _ := strings.Cut(b.String(), "\nInformation:\n")
	if n := strings.Count(strings.Join(strings.Fields(doing), " "), "(default: "); n != 4 {
		t.Errorf("%d defaults, want 4", n)
	}
	for line := range strings.Lines(b.String()) {
		if len(line) > 81 {
			t.Errorf("longer than 80 columns: %s", line)
		}
	}
}

//go:build linux

package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/diag"
)

// spy is a value that notes what it is given.
type spy struct {
	name string
	log  *[]string
}

func (s *spy) Set(argument string) error {
	*s.log = append(*s.log, fmt.Sprintf("%s=%s", s.name, argument))
	return nil
}

func (s *spy) SetBare() error {
	*s.log = append(*s.log, s.name)
	return nil
}

func (s *spy) String() string { return "" }
func (s *spy) Type() string   { return "X" }

// sample has an option of each shape: -f and -g switches, -t and -w with an
// argument, -m (also --mount) and -u with an optional one.
func sample(log *[]string) *cli.Set {
	s := cli.New("sample", "[OPTION]...", cli.ModeRun)
	s.Group("All:")
	for _, o := range [...]struct {
		name   string
		letter byte
		arg    cli.Arg
	}{
		{"fork", 'f', cli.ArgNone}, {"ground", 'g', cli.ArgNone},
		{"target", 't', cli.ArgRequired}, {"wd", 'w', cli.ArgRequired},
		{"uts", 'u', cli.ArgOptional}, {"mnt", 'm', cli.ArgOptional},
	} {
		v := &spy{o.name, log}
		switch o.arg {
		case cli.ArgNone:
			s.SwitchTo(v, o.name, o.letter, cli.Meaning{}, "")
		case cli.ArgRequired:
			s.Value(v, o.name, o.letter, "X", cli.Meaning{NS: 1}, "")
		case cli.ArgOptional:
			s.Optional(v, o.name, o.letter, "FILE", cli.Meaning{NS: 2}, "")
		}
	}
	s.Alias("mount")
	return s
}

func TestParse(t *testing.T) {
	for _, row := range [...]struct {
		args string // separated by '|'
		want string // what was set, then the operands after "//"; or the error
	}{
		{"", "//"},
		{"sh|-f", "// sh|-f"},
		{"-|-f", "// -|-f"},
		{"--|-f", "// -f"},
		{"-f|--|--|x", "fork // --|x"},
		{"--fork|--ground|x", "fork ground // x"},
		{"-fg", "fork ground //"},
		{"-fgx", "unknown option -x in -fgx"},
		{"-x", "unknown option -x"},
		{"-f=x", "option --fork takes no argument"},
		{"-f=", "option --fork takes no argument"},
		{"--fork=true", "option --fork takes no argument"},
		{"--fork=", "option --fork takes no argument"},

		{"-t|1", "target=1 //"},
		{"-t1", "target=1 //"},
		{"-t=1", "target=1 //"},
		{"-t=", "target= //"},
		{"-t==", "target== //"},
		{"-ft1", "fork target=1 //"},
		{"-ft|1|2", "fork target=1 // 2"},
		{"-t|--", "target=-- //"},
		{"-t|-f", "target=-f //"},
		{"-t|", "target= //"},
		{"-test.v", "target=est.v //"},
		{"-test.v|-f", "target=est.v fork //"},
		{"-t", "option --target needs an argument: X"},
		{"-ft", "option --target needs an argument: X"},
		{"--target|1|2", "target=1 // 2"},
		{"--target=1", "target=1 //"},
		{"--target=", "target= //"},
		{"--target|-f|x", "target=-f // x"},
		{"--target|--|x", "target=-- // x"},
		{"--target|--|-f", "target=-- fork //"},
		{"--target", "option --target needs an argument: X"},

		{"-u", "uts //"},
		{"-u|x", "uts // x"},
		{"-u/x", "uts=/x //"},
		{"-u./x", "uts=./x //"},
		{"-u:x", "uts=:x //"},
		{"-u=x", "uts=x //"},
		{"-u==x", "uts==x //"},
		{"-u=", "uts= //"},
		{"-um", "uts mnt //"},
		{"-um/x|y", "uts mnt=/x // y"},
		{"-fu/xm|-m", "fork uts=/xm mnt //"},
		{"-ux", "unknown option -x in -ux"},
		{"-u-", "unknown option -- in -u-"},
		{"--uts|x", "uts // x"},
		{"--uts=x", "uts=x //"},
		{"--uts=", "uts= //"},
		{"--uts=x|--uts", "uts=x uts //"},
		{"--mount|--mount=x|--mnt", "mnt mnt=x mnt //"},
		{"-f|-t|1|--uts|-m/x|sh|-f", "fork target=1 uts mnt=/x // sh|-f"},

		{"---x", "---x is not an option"},
		{"--=x", "--=x is not an option"},
		{"--forks", "unknown option --forks: did you mean --fork?"},
		{"--for|x", "unknown option --for: did you mean --fork?"},
		{"--m", "unknown option --m"},
		{"--nothing=like it", "unknown option --nothing"},
		{"-\xff", `unknown option -\xff`},
		{"-f\x1b[0m", `unknown option -\x1b in "-f\x1b[0m"`},
		{"--\x1b[0m", `unknown option --\x1b[0m`},
		{"-é", `unknown option -\xc3 in -é`},
		{"-t\xff\xfe|\xff", "target=\xff\xfe // \xff"},
	} {
		t.Run(row.args, func(t *testing.T) {
			var log []string
			var args []string
			if row.args != "" {
				args = strings.Split(row.args, "|")
			}
			operands, err := sample(&log).Parse(args)
			got := strings.TrimSpace(strings.Join(append(log, "// "+strings.Join(operands, "|")), " "))
			if err != nil {
				got = err.Error()
				if !diag.IsUsage(err) {
					t.Errorf("not a usage error: %v", err)
				}
			}
			if got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestParseLeavesItsArgumentsAlone(t *testing.T) {
	args := []string{"--fork", "-um/x", "-t", "1", "cmd"}
	before := strings.Join(args, "|")
	var log []string
	if _, err := sample(&log).Parse(args); err != nil {
		t.Fatal(err)
	}
	if after := strings.Join(args, "|"); after != before {
		t.Errorf("args changed from %s to %s", before, after)
	}
}

func TestNSIsThatOfTheOptionsGiven(t *testing.T) {
	for args, want := range map[string]uint32{"-f": 0, "-t1": 1, "-u": 2, "-t1|--mount=x": 3} {
		var log []string
		s := sample(&log)
		if _, err := s.Parse(strings.Split(args, "|")); err != nil {
			t.Fatal(err)
		}
		if s.NS() != want {
			t.Errorf("%s: NS is %d, want %d", args, s.NS(), want)
		}
	}
}

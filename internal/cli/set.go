//go:build linux

package cli

import "github.com/spf13/pflag"

// hidden is the group of the options that are understood but not listed.
const hidden = -1

// poolSize is how many options are allocated at once: every run with work for Go
// pays for the definition of all of them.
const poolSize = 32

// Set is the options of one tool. It serves one command line: see [Set.Parse].
type Set struct {
	tool     string
	synopsis string
	mode     Mode
	flags    *pflag.FlagSet
	options  []*option
	pool     []option // what options point to; filled, but never grown
	groups   []string
	group    int
	ns       uint32
	goWork   bool
}

// New is an empty set for the named tool. The synopsis is what the help text
// begins with after the tool's name: the operands on its first line, what the
// tool does below.
func New(tool, synopsis string, mode Mode) *Set {
	s := &Set{tool: tool, synopsis: synopsis, mode: mode, group: hidden}
	s.flags = pflag.NewFlagSet(tool, pflag.ContinueOnError)
	s.flags.SortFlags = false
	s.flags.SetInterspersed(false)
	s.options = make([]*option, 0, poolSize)
	return s
}

// Group puts the options that are defined next under a title of the help text.
func (s *Set) Group(title string) {
	s.group = len(s.groups)
	s.groups = append(s.groups, title)
}

// Hidden makes the options that are defined next understood, but listed neither
// by the help text nor by completions: they are for this program's own command
// lines.
func (s *Set) Hidden() { s.group = hidden }

// Switch defines an option without an argument, which sets *p; p may be nil
// when the option's meaning, see [Set.NS], says all.
func (s *Set) Switch(p *bool, name string, letter byte, m Meaning, help string) {
	s.SwitchTo((*boolValue)(p), name, letter, m, help)
}

// SwitchTo defines an option without an argument whose value does more than to
// become true.
func (s *Set) SwitchTo(v Bare, name string, letter byte, m Meaning, help string) {
	s.add(option{arg: ArgNone, bare: v, letter: letter, meaning: m}, name, help)
}

// Value defines an option that needs an argument.
func (s *Set) Value(v Value, name string, letter byte, placeholder string, m Meaning, help string) {
	o := option{arg: ArgRequired, value: v, letter: letter, placeholder: placeholder, meaning: m}
	s.add(o, name, help)
}

// Optional defines an option whose argument may be left out.
func (s *Set) Optional(v OptionalValue, name string, letter byte, placeholder string, m Meaning, help string) {
	o := option{arg: ArgOptional, value: v, bare: v, letter: letter, placeholder: placeholder, meaning: m}
	s.add(o, name, help)
}

// Alias defines another long name for the option defined last. It is not listed;
// the option's help should mention it.
func (s *Set) Alias(name string) {
	alias := *s.options[len(s.options)-1]
	alias.letter = 0
	alias.flag = pflag.Flag{}
	group := s.group
	s.group = hidden
	s.add(alias, name, "")
	s.group = group
}

// add defines an option. pflag is not told its letter: normalize has made a long
// option of it before pflag sees the command line.
func (s *Set) add(definition option, name, help string) {
	if len(s.pool) == cap(s.pool) {
		s.pool = make([]option, 0, poolSize)
	}
	s.pool = append(s.pool, definition)
	o := &s.pool[len(s.pool)-1]
	o.set = s
	o.group = s.group
	o.flag.Name = name
	o.flag.Usage = help
	o.flag.Value = o
	o.flag.DefValue = o.String()
	if o.arg != ArgRequired {
		o.flag.NoOptDefVal = bare
	}
	s.flags.AddFlag(&o.flag)
	s.options = append(s.options, o)
}

// lookup finds an option by its long name, and byLetter by its short one.
func (s *Set) lookup(name string) *option {
	return owner(s.flags.Lookup(name))
}

func (s *Set) byLetter(letter byte) *option {
	for _, o := range s.options {
		if o.letter == letter && letter != 0 {
			return o
		}
	}
	return nil
}

func owner(f *pflag.Flag) *option {
	if f == nil {
		return nil
	}
	return f.Value.(*option)
}

//go:build linux

package cli

import (
	"fmt"
	"strings"
)

// fish writes one complete command for each option, and one for the operands,
// which must be told the options that take the next word.
func (s *Set) fish(b *strings.Builder) {
	fmt.Fprintf(b, "# fish completion for %s\n", s.tool)
	var required []string
	for _, o := range s.listed() {
		fmt.Fprintf(b, "complete -c %s", s.tool)
		if o.letter != 0 {
			fmt.Fprintf(b, " -s %c", o.letter)
		}
		fmt.Fprintf(b, " -l %s%s -d %s\n", o.flag.Name, o.fishArgument(), fishQuote(o.about()))
		if o.arg == ArgRequired {
			required = append(required, o.spellings()...)
		}
	}
	operands := "__fish_complete_subcommand " + strings.Join(required, " ")
	if s.mode == ModePaths {
		operands = "__fish_complete_directories"
	}
	fmt.Fprintf(b, "complete -c %s -x -a '(%s)'\n", s.tool, operands)
}

// fishArgument says what the option's argument is. fish has no word for an
// optional one; with -F it offers files after the '='.
func (o *option) fishArgument() string {
	if words := o.words(); words != nil {
		return " -x -a " + fishQuote(strings.Join(words, " "))
	}
	switch {
	case o.arg == ArgNone, o.placeholder == "SIG":
		return ""
	case o.arg == ArgOptional:
		return " -F"
	case o.placeholder == "DIR|IMAGE":
		return " -r -F"
	case o.placeholder == "DIR":
		return " -x -a '(__fish_complete_directories)'"
	case o.placeholder == "PID":
		return " -x -a '(__fish_complete_pids)'"
	}
	return " -x"
}

// fishQuote is s as one word of fish, where a backslash works in single quotes.
func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

//go:build linux

package cli

import (
	"fmt"
	"strings"
)

// zsh writes a script for _arguments. There '=-' after a long option says that
// an argument can only come in the same word; an optional argument of a letter
// is left out, because what follows a letter is most often another one.
func (s *Set) zsh(b *strings.Builder) {
	fmt.Fprintf(b, "#compdef %[1]s\n# zsh completion for %[1]s\n_arguments -s -S -A '-*' \\\n", s.tool)
	for _, o := range s.listed() {
		exclusive := "(" + strings.Join(o.spellings(), " ") + ")"
		about := "[" + zshText.Replace(o.about()) + "]"
		if o.letter != 0 {
			form, argument := "-"+string(rune(o.letter)), ""
			if o.arg == ArgRequired {
				form, argument = form+"+", o.zshArgument()
			}
			fmt.Fprintf(b, "\t%s \\\n", single(exclusive+form+about+argument))
		}
		form := "--" + o.flag.Name
		switch o.arg {
		case ArgRequired:
			form += "="
		case ArgOptional:
			form += "=-"
		}
		fmt.Fprintf(b, "\t%s \\\n", single(exclusive+form+about+o.zshArgument()))
	}
	switch s.mode {
	case ModeRun:
		b.WriteString(zshRootOrCommand)
	case ModePaths:
		b.WriteString("\t'*:mount point:_files -/'\n")
	default:
		b.WriteString("\t'*:::command:_normal'\n")
	}
}

// zshRootOrCommand: words are the operands there, and a ROOTFS in front of the
// command is taken away before the command completes its own arguments.
const zshRootOrCommand = `	'*:::root file system or command:{
		if ((CURRENT == 1)); then
			_alternative "directories:root file system:_files -/" "commands:command:_command_names -e"
		else
			[[ -d $words[1] ]] && shift words && ((CURRENT--))
			_normal
		fi
	}'
`

var zshText = strings.NewReplacer("[", `\[`, "]", `\]`)

// zshArgument is the part of the specification that describes the argument.
func (o *option) zshArgument() string {
	action := " "
	switch o.placeholder {
	case "FILE", "DIR|IMAGE":
		action = "_files"
	case "DIR":
		action = "_files -/"
	case "PID":
		action = "_pids"
	case "SIG":
		action = "_signals -s"
	}
	label := o.placeholder
	if words := o.words(); words != nil {
		label, action = "choice", "("+strings.Join(words, " ")+")"
	}
	switch o.arg {
	case ArgRequired:
		return ":" + label + ":" + action
	case ArgOptional:
		return "::" + label + ":" + action
	}
	return ""
}

//go:build linux

package cli

import (
	"fmt"
	"strings"
)

// bashScript: readline breaks words at '=', so that `--proc=auto` arrives as
// three of them. The loop reads the words before the cursor as the tool does,
// to see whether the cursor is at an option's argument or at an operand.
const bashScript = `# bash completion for %[1]s
_%[1]s() {
	local cur=${COMP_WORDS[COMP_CWORD]} option='' i
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ $option ]]; then
			[[ ${COMP_WORDS[i]} == '=' ]] || option=''
			continue
		fi
		case ${COMP_WORDS[i]} in
		%[2]s) option=${COMP_WORDS[i]} ;;
		%[3]s) [[ ${COMP_WORDS[i + 1]} != '=' ]] || option=${COMP_WORDS[i]} ;;
		--) ((i++)); break ;;
		-?*) ;;
		*) break ;;
		esac
	done
	[[ $option && $cur == '=' ]] && cur=''
	case $option in
	'') ;;
%[4]s	*) return ;;
	esac
	if [[ $option ]]; then
		mapfile -t COMPREPLY < <(compgen "${offer[@]}" -- "$cur")
	elif ((i < COMP_CWORD)); then
%[5]s	elif [[ $cur == -* && ${COMP_WORDS[COMP_CWORD - 1]} != '--' ]]; then
		mapfile -t COMPREPLY < <(compgen -W %[6]s -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen %[7]s -- "$cur")
	fi
}
complete -o bashdefault -o default -F _%[1]s %[1]s
`

// What completes the operands after the first.
const (
	bashCommand = `		if declare -F _comp_command_offset >/dev/null; then
			_comp_command_offset "$i"
		elif declare -F _command_offset >/dev/null; then
			_command_offset "$i"
		fi
`
	bashPath = `		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
`
)

func (s *Set) bash(b *strings.Builder) {
	var required, optional, all []string
	for _, o := range s.listed() {
		all = append(all, o.spellings()...)
		switch o.arg {
		case ArgRequired:
			required = append(required, o.spellings()...)
		case ArgOptional:
			optional = append(optional, "--"+o.flag.Name)
		}
	}
	later, first := bashCommand, "-c"
	switch s.mode {
	case ModeRun:
		later, first = "\t\t[[ -d ${COMP_WORDS[i]} ]] && ((i++))\n"+bashCommand, "-cd"
	case ModePaths:
		later, first = bashPath, "-d"
	}
	fmt.Fprintf(b, bashScript, s.tool, strings.Join(required, " | "), strings.Join(optional, " | "),
		s.bashOffers(), later, single(strings.Join(all, " ")), first)
}

// bashOffers is a case for each way to complete an argument, with the options
// that share it.
func (s *Set) bashOffers() string {
	var ways []string
	options := make(map[string][]string)
	for _, o := range s.listed() {
		way := o.compgen()
		if way == "" {
			continue
		}
		if options[way] == nil {
			ways = append(ways, way)
		}
		options[way] = append(options[way], o.spellings()...)
	}
	var b strings.Builder
	for _, way := range ways {
		fmt.Fprintf(&b, "\t%s) local offer=(%s) ;;\n", strings.Join(options[way], " | "), way)
	}
	return b.String()
}

// compgen is how compgen shall complete the option's argument, "" when there is
// none or nothing to offer.
func (o *option) compgen() string {
	if words := o.words(); words != nil {
		return "-W " + single(strings.Join(words, " "))
	}
	switch o.placeholder {
	case "FILE", "DIR|IMAGE":
		return "-f"
	case "DIR":
		return "-d"
	case "PID":
		return `-W "$(cd /proc && echo [0-9]*)"`
	case "SIG":
		return "-A signal"
	}
	return ""
}

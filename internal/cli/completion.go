//go:build linux

package cli

import (
	"io"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// Shells are the shells that [Set.Completion] knows, as a choice for
// [Set.Words].
const Shells = "bash|zsh|fish"

// Completion writes a script that teaches the shell to complete the tool's
// options.
func (s *Set) Completion(w io.Writer, shell string) error {
	var b strings.Builder
	switch shell {
	case "bash":
		s.bash(&b)
	case "zsh":
		s.zsh(&b)
	case "fish":
		s.fish(&b)
	default:
		return diag.Usage("no completion for %s, only for %s",
			diag.Quote(shell), strings.ReplaceAll(Shells, "|", ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// listed are the options that users shall see.
func (s *Set) listed() []*option {
	var listed []*option
	for _, o := range s.options {
		if o.group != hidden {
			listed = append(listed, o)
		}
	}
	return listed
}

// about is the option's help in few words, for a list of completions.
func (o *option) about() string {
	about, _, _ := strings.Cut(o.flag.Usage, " (default: ")
	return about
}

// spellings are the option's long and short form, with dashes.
func (o *option) spellings() []string {
	if o.letter == 0 {
		return []string{"--" + o.flag.Name}
	}
	return []string{"-" + string(rune(o.letter)), "--" + o.flag.Name}
}

// single is s as one word of a POSIX shell.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

//go:build linux

package cli

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// normalize rewrites the letters of a command line as long options, because
// pflag's reading of letters is not ours: it knows no attached argument for an
// option that can do without one (-m/path), keeps the '=' of `-n=`, and skips in
// silence all words that begin with -test. (they are the testing package's).
// Everything from the first operand on is passed on as it is. Where no letter is
// used, the result is args itself.
func (s *Set) normalize(args []string) ([]string, error) {
	var out []string
	done := 0 // args[:done] is in out
	for i := 0; i < len(args); i++ {
		word := args[i]
		if len(word) < 2 || word[0] != '-' || word == "--" {
			break
		}
		if word[1] == '-' {
			if s.takesNext(word[2:]) {
				i++
			}
			continue
		}
		out = append(out, args[done:i]...)
		taken, err := s.expand(&out, word, args[i+1:])
		if err != nil {
			return nil, err
		}
		i += taken
		done = i + 1
	}
	if done == 0 {
		return args, nil
	}
	return append(out, args[done:]...), nil
}

// takesNext reports whether a long option has its argument in the next word.
func (s *Set) takesNext(long string) bool {
	if strings.IndexByte(long, '=') >= 0 {
		return false
	}
	o := s.lookup(long)
	return o != nil && o.arg == ArgRequired
}

// expand appends the long forms of a cluster of letters to out and reports how
// many of the words that follow it belong to it.
func (s *Set) expand(out *[]string, word string, next []string) (int, error) {
	for rest := word[1:]; rest != ""; {
		o := s.byLetter(rest[0])
		if o == nil {
			return 0, unknownLetter(word, rest)
		}
		rest = rest[1:]
		long := "--" + o.flag.Name
		switch {
		case o.arg == ArgRequired && rest == "":
			if len(next) == 0 {
				return 0, o.needsArgument()
			}
			*out = append(*out, long+"="+next[0])
			return 1, nil
		case o.attached(rest):
			*out = append(*out, long+"="+strings.TrimPrefix(rest, "="))
			return 0, nil
		}
		*out = append(*out, long)
	}
	return 0, nil
}

// attached reports whether rest, which follows the option's letter in the same
// word, is its argument and not more letters. A switch is given its '=' so that
// pflag's parse refuses it.
func (o *option) attached(rest string) bool {
	switch {
	case rest == "":
		return false
	case rest[0] == '=', o.arg == ArgRequired:
		return true
	}
	return o.arg == ArgOptional && strings.IndexByte("/.:", rest[0]) >= 0
}

func unknownLetter(word, rest string) error {
	letter := diag.Escape(rest[:1])
	if len(word) == 2 {
		return diag.Usage("unknown option -%s", letter)
	}
	return diag.Usage("unknown option -%s in %s", letter, diag.Quote(word))
}

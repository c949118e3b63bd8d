//go:build linux

package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"
)

// bare is what pflag hands to an option that was given without an argument. It
// cannot be an argument itself: execve(2) ends one at a NUL byte.
const bare = "\x00"

var errNoArgument = errors.New("takes no argument")

// option is one spelling of an option. It is the pflag.Value of its own flag, so
// that what was given can be noted in one place.
type option struct {
	flag        pflag.Flag
	letter      byte
	arg         Arg
	group       int // index of the group of the help text, -1: not listed
	meaning     Meaning
	placeholder string
	set         *Set
	value       Value // nil for a switch
	bare        Bare  // nil when an argument is required
}

// Set is called by pflag for each occurrence.
func (o *option) Set(argument string) error {
	o.set.ns |= o.meaning.NS
	o.set.goWork = o.set.goWork || o.meaning.Go
	if argument == bare && o.arg != ArgRequired {
		return o.bare.SetBare()
	}
	if o.value == nil {
		return errNoArgument
	}
	return o.value.Set(argument)
}

// String is the value as the help text shows it when nothing was given.
func (o *option) String() string {
	if v, ok := o.value.(fmt.Stringer); ok {
		return v.String()
	}
	return ""
}

// Type is needed to be a pflag.Value; only pflag's own help text, which is not
// used here, shows it.
func (o *option) Type() string { return o.placeholder }

// words are the arguments among which the option chooses, if it does.
func (o *option) words() []string {
	if w, ok := o.value.(*wordValue); ok {
		return w.list()
	}
	return nil
}

// syntax is the long form as the help text shows it: --uts[=FILE].
func (o *option) syntax() string {
	switch o.arg {
	case ArgRequired:
		return "--" + o.flag.Name + " " + o.placeholder
	case ArgOptional:
		return "--" + o.flag.Name + "[=" + o.placeholder + "]"
	}
	return "--" + o.flag.Name
}

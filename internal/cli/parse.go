//go:build linux

package cli

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"nskit.dev/nskit/pkg/diag"
)

// Parse reads a command line without the tool's name and returns its operands,
// nil when there are none. The error is one clear line made by [diag.Usage].
// A Set parses once: values keep what an earlier call has set.
func (s *Set) Parse(args []string) (operands []string, err error) {
	args, err = s.normalize(args)
	if err != nil {
		return nil, err
	}
	if err := s.flags.Parse(args); err != nil {
		return nil, s.mend(err)
	}
	if s.flags.NArg() == 0 {
		return nil, nil
	}
	return s.flags.Args(), nil
}

// NS is the kinds of namespaces, as CLONE_NEW* flags, that the options which
// were given name or imply: their [Meaning.NS] together.
func (s *Set) NS() uint32 { return s.ns }

// GoWork reports whether an option was given that leaves work for Go in the new
// namespaces: [Meaning.Go].
func (s *Set) GoWork() bool { return s.goWork }

// mend puts pflag's errors into the words of these tools. pflag says "flag" for
// option, and prints the whole value of what it does not understand.
func (s *Set) mend(err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown):
		return s.unknownName(unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		return owner(missing.GetFlag()).needsArgument()
	case errors.As(err, &invalid):
		return owner(invalid.GetFlag()).refuse(invalid.Unwrap())
	case errors.As(err, &syntax):
		return diag.Usage("%s is not an option", diag.Quote(syntax.GetSpecifiedFlag()))
	}
	return diag.Usage("%v", err)
}

func (s *Set) unknownName(name string) error {
	near := s.near(name)
	if len(near) == 0 {
		return diag.Usage("unknown option --%s", diag.Escape(name))
	}
	return diag.Usage("unknown option --%s: did you mean --%s?", diag.Escape(name), strings.Join(near, " or --"))
}

func (o *option) needsArgument() error {
	return diag.Usage("option --%s needs an argument: %s", o.flag.Name, o.placeholder)
}

// refuse is the error for an argument that the option's value did not take. A
// value that knows better words says them itself by diag.Usage.
func (o *option) refuse(cause error) error {
	switch {
	case diag.IsUsage(cause):
		return cause
	case cause == ErrEmpty:
		return diag.Usage("option --%s: %s is empty", o.flag.Name, o.placeholder)
	case cause == errNoArgument:
		return diag.Usage("option --%s takes no argument", o.flag.Name)
	}
	return diag.Usage("option --%s: %v", o.flag.Name, cause)
}

//go:build linux

package cli

import (
	"errors"

	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/creds"
)

// Ref defines an option whose argument is an id or a name.
func (s *Set) Ref(p *string, name string, letter byte, placeholder string, m Meaning, help string) {
	s.Value(RefValue(p), name, letter, placeholder, m, help)
}

// Refs defines an option whose argument is ids or names with commas between them.
func (s *Set) Refs(p *string, name string, letter byte, placeholder string, m Meaning, help string) {
	s.Value(&checked{p, func(text string) error { _, err := creds.ParseRefs(text); return err }}, name, letter, placeholder, m, help)
}

// RefValue is the value of [Set.Ref].
func RefValue(p *string) Value {
	return &checked{p, func(text string) error { _, err := creds.ParseRef(text); return err }}
}

// CapList defines an option that may be given more than once, whose argument is names of capabilities.
func (s *Set) CapList(p *[]string, name string, letter byte, placeholder string, m Meaning, help string) {
	check := func(text string) error { _, err := caps.Parse(text); return err }
	s.Value(&checkedList{p, check}, name, letter, placeholder, m, help)
}

// checked is a text that is kept as it is written.
type checked struct {
	p     *string
	check func(string) error
}

func (c *checked) Set(argument string) error {
	if argument == "" {
		return ErrEmpty
	}
	if err := c.check(argument); err != nil {
		return errors.New(err.Error()) // the option is named before it
	}
	*c.p = argument
	return nil
}

type checkedList struct {
	p     *[]string
	check func(string) error
}

func (c *checkedList) Set(argument string) error {
	var text string
	if err := (&checked{&text, c.check}).Set(argument); err != nil {
		return err
	}
	*c.p = append(*c.p, text)
	return nil
}

// CheckedList defines an option that may be given more than once, whose arguments check finds right.
func CheckedList(p *[]string, check func(string) error) Value { return &checkedList{p, check} }

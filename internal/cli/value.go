//go:build linux

package cli

import (
	"errors"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// Value is the value of an option with an argument; what its method String says
// when it is defined, if there is one, is shown as the default.
type Value interface {
	Set(argument string) error
}

// Bare is the value of an option that may come without an argument; SetBare is
// called when it does.
type Bare interface {
	SetBare() error
}

// OptionalValue is the value of an option whose argument may be left out.
type OptionalValue interface {
	Value
	Bare
}

type boolValue bool

func (b *boolValue) SetBare() error {
	if b != nil {
		*b = true
	}
	return nil
}

type textValue string

// Text defines an option whose argument is any string but the empty one.
func (s *Set) Text(p *string, name string, letter byte, placeholder string, m Meaning, help string) {
	s.Value((*textValue)(p), name, letter, placeholder, m, help)
}

func (t *textValue) Set(argument string) error {
	if argument == "" {
		return ErrEmpty
	}
	*t = textValue(argument)
	return nil
}

func (t *textValue) String() string { return string(*t) }

type listValue []string

// List defines an option that may be given more than once, whose argument is any
// string but the empty one.
func (s *Set) List(p *[]string, name string, letter byte, placeholder string, m Meaning, help string) {
	s.Value((*listValue)(p), name, letter, placeholder, m, help)
}

func (l *listValue) Set(argument string) error {
	if argument == "" {
		return ErrEmpty
	}
	*l = append(*l, argument)
	return nil
}

// ErrEmpty is what a value returns for an argument that must not be empty.
var ErrEmpty = errors.New("is empty")

// wordValue chooses among words; they are kept as they are written in the help
// text, with '|' between them, so that nothing is split before it is needed.
type wordValue struct {
	p     *string
	words string
}

// Words defines an option whose argument is one of some words: "auto|none".
func (s *Set) Words(p *string, name string, letter byte, words string, m Meaning, help string) {
	s.Value(&wordValue{p, words}, name, letter, words, m, help)
}

func (w *wordValue) Set(argument string) error {
	for word := range strings.SplitSeq(w.words, "|") {
		if word == argument {
			*w.p = word
			return nil
		}
	}
	return errors.New(diag.Quote(argument) + " is not one of " + strings.Join(w.list(), ", "))
}

func (w *wordValue) String() string { return *w.p }
func (w *wordValue) list() []string { return strings.Split(w.words, "|") }

//go:build linux

package cli

import (
	"errors"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

type boolValue bool

func (b *boolValue) SetBare() error {
	if b != nil {
		*b = true
	}
	return nil
}

type textValue struct {
	p           *string
	placeholder string
}

// Text defines an option whose argument is any string but the empty one.
func (s *Set) Text(p *string, name string, letter byte, placeholder string, m Meaning, help string) {
	s.Value(&textValue{p, placeholder}, name, letter, placeholder, m, help)
}

func (t *textValue) Set(argument string) error {
	if argument == "" {
		return Empty(t.placeholder)
	}
	*t.p = argument
	return nil
}

func (t *textValue) String() string { return *t.p }
func (t *textValue) Type() string   { return t.placeholder }

// Empty is the error for an argument that must not be empty.
func Empty(placeholder string) error { return errors.New(placeholder + " is empty") }

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
	for _, word := range w.list() {
		if word == argument {
			*w.p = word
			return nil
		}
	}
	return errors.New(diag.Quote(argument) + " is not one of " + strings.Join(w.list(), ", "))
}

func (w *wordValue) String() string { return *w.p }
func (w *wordValue) Type() string   { return w.words }
func (w *wordValue) list() []string { return strings.Split(w.words, "|") }

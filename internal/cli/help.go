//go:build linux

package cli

import (
	"io"
	"strings"
)

const (
	helpColumn = 28 // where the texts begin
	helpWidth  = 80
)

// Help writes the help text: the synopsis, then the options by group, each with
// its default.
func (s *Set) Help(w io.Writer) error {
	var b strings.Builder
	b.WriteString("Usage: " + s.tool + " " + s.synopsis + "\n")
	for group, title := range s.groups {
		b.WriteString("\n" + title + "\n")
		for _, o := range s.options {
			if o.group == group {
				o.help(&b)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (o *option) help(b *strings.Builder) {
	left := "      "
	if o.letter != 0 {
		left = "  -" + string(rune(o.letter)) + ", "
	}
	left += o.syntax()
	text := o.flag.Usage
	if o.flag.DefValue != "" {
		text += " (default: " + o.flag.DefValue + ")"
	}
	b.WriteString(left)
	column := len(left)
	if column+2 > helpColumn {
		b.WriteByte('\n')
		column = 0
	}
	wrap(b, column, text)
}

// wrap writes text, which is ASCII, into the lines between helpColumn and
// helpWidth; the first one is already filled up to column.
func wrap(b *strings.Builder, column int, text string) {
	for text != "" {
		line := text
		if room := helpWidth - helpColumn; len(line) > room {
			line = line[:room+1]
			if space := strings.LastIndexByte(line, ' '); space > 0 {
				line = line[:space]
			}
		}
		text = strings.TrimPrefix(text[len(line):], " ")
		b.WriteString(strings.Repeat(" ", helpColumn-column) + line + "\n")
		column = 0
	}
}

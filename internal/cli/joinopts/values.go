//go:build linux

package joinopts

import (
	"errors"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/diag"
)

type pidValue struct{ p *int }

func (v *pidValue) Set(argument string) error {
	pid, ok := cli.Number(argument)
	if !ok {
		return diag.Usage("invalid target %q: a PID is expected", argument)
	}
	*v.p = pid
	return nil
}

func (v *pidValue) String() string { return "" }
func (v *pidValue) Type() string   { return "PID" }

// fdValue is a descriptor above those of stdin, stdout and stderr.
type fdValue struct{ p *int }

func (v *fdValue) Set(argument string) error {
	fd, ok := cli.Number(argument)
	if !ok || fd < 3 {
		return errors.New(diag.Quote(argument) + " is not the number of a descriptor above 2")
	}
	*v.p = fd
	return nil
}

func (v *fdValue) String() string { return "" }
func (v *fdValue) Type() string   { return "FD" }

type dirValue struct{ p *Dir }

func (v *dirValue) Set(path string) error {
	if path == "" {
		return cli.Empty("DIR")
	}
	*v.p = Dir{Given: true, Path: path}
	return nil
}

func (v *dirValue) SetBare() error {
	*v.p = Dir{Given: true}
	return nil
}

func (v *dirValue) String() string { return "" }
func (v *dirValue) Type() string   { return "DIR" }

//go:build linux

package joinopts

import (
	"errors"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
)

type pidValue int

func (v *pidValue) Set(argument string) error {
	pid, ok := cli.Number(argument)
	if !ok {
		return diag.Usage("invalid target %q: a PID is expected", argument)
	}
	*v = pidValue(pid)
	return nil
}

// fdValue is a descriptor above those of stdin, stdout and stderr.
type fdValue int

func (v *fdValue) Set(argument string) error {
	fd, ok := cli.Number(argument)
	if !ok || fd < 3 {
		return errors.New(diag.Quote(argument) + " is not the number of a descriptor above 2")
	}
	*v = fdValue(fd)
	return nil
}

type dirValue struct{ p *nsexec.Dir }

func (v *dirValue) Set(path string) error {
	if path == "" {
		return cli.ErrEmpty
	}
	*v.p = nsexec.Dir{Set: true, Path: path}
	return nil
}

func (v *dirValue) SetBare() error {
	*v.p = nsexec.Dir{Set: true}
	return nil
}

//go:build linux

package runopts

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/diag"
)

// layer is the value of --overlay: with a directory or without one, the last one given counts.
type layer struct {
	on  *bool
	dir *string
}

func (l *layer) Set(argument string) error {
	if argument == "" {
		return cli.ErrEmpty
	}
	*l.on, *l.dir = true, argument
	return nil
}

func (l *layer) SetBare() error {
	*l.on, *l.dir = true, ""
	return nil
}

// maxSignal is _NSIG of the kernel, the last real-time signal.
const maxSignal = 64

// signalValue is a signal by number, or by name with or without SIG in front.
type signalValue unix.Signal

func (s *signalValue) Set(argument string) error {
	if n, ok := cli.Number(argument); ok && n <= maxSignal {
		*s = signalValue(n)
		return nil
	}
	name := strings.ToUpper(argument)
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	n := unix.SignalNum(name)
	if n == 0 {
		return errors.New(diag.Quote(argument) + " is not a signal: a number from 1 to 64 or a name such as TERM is expected")
	}
	*s = signalValue(n)
	return nil
}

func (s *signalValue) SetBare() error {
	*s = signalValue(unix.SIGKILL)
	return nil
}

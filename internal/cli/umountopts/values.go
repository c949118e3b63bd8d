//go:build linux

package umountopts

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/diag"
)

// mostSeconds is some thirty years: far below what a time.Duration holds.
const mostSeconds = 1e9

// expireValue is --expire, whose argument is the limit.
type expireValue struct{ o *Options }

func (e *expireValue) SetBare() error {
	e.o.Expire, e.o.Limit = true, -1
	return nil
}

// Set takes a number of seconds in one plain spelling. That of strconv.ParseFloat has more: signs,
// exponents, "inf", hexadecimal.
func (e *expireValue) Set(argument string) error {
	if argument == "" {
		return cli.ErrEmpty
	}
	seconds, err := strconv.ParseFloat(argument, 64)
	if err != nil || seconds > mostSeconds || strings.Trim(argument, "0123456789.") != "" {
		return errors.New(diag.Quote(argument) + " is not a number of seconds such as 10 or 0.5")
	}
	e.o.Expire, e.o.Limit = true, time.Duration(seconds*float64(time.Second))
	return nil
}

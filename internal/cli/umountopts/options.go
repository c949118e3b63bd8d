//go:build linux

// Package umountopts is nsumount's command line.
package umountopts

import (
	"time"

	"nskit.dev/nskit/pkg/diag"
)

// Options is a command line of nsumount, checked as far as that is possible
// without looking at the system.
type Options struct {
	Lazy       bool
	Force      bool
	Expire     bool
	Limit      time.Duration // of Expire; negative: none
	Recursive  bool
	Explain    bool
	Help       bool
	Version    bool
	Completion string   // the shell; "": not given
	Paths      []string // nil when there are none
}

// Parse reads nsumount's command line without the tool's name. It makes no
// system call. Its error is one line, made by [diag.Usage].
func Parse(args []string) (*Options, error) {
	o := new(Options)
	paths, err := NewSet(o).Parse(args)
	if err != nil {
		return nil, err
	}
	o.Paths = paths
	if o.Help || o.Version || o.Completion != "" {
		return o, nil
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *Options) check() error {
	// umount2(2) would say EINVAL, which has other meanings too.
	switch {
	case o.Expire && o.Lazy:
		return diag.Usage("options --expire and --lazy exclude each other")
	case o.Expire && o.Force:
		return diag.Usage("options --expire and --force exclude each other")
	case len(o.Paths) == 0:
		return diag.Usage("no PATH: say what to unmount")
	}
	for _, path := range o.Paths {
		if path == "" {
			return diag.Usage("a PATH is empty")
		}
	}
	return nil
}

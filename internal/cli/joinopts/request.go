//go:build linux

package joinopts

import (
	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
)

// Request is what the constructor makes of the command line that o was parsed
// from. argc is the number of its words, the tool's name included.
func (o *Options) Request(argc int) nsexec.Request {
	first := argc - len(o.Operands)
	r := nsexec.Request{
		Join:       o.Join,
		JoinAll:    o.All,
		NoFork:     o.NoFork,
		Preserve:   o.Preserve,
		Privileged: o.Privileged,
		Shells:     o.Shells,
		Target:     o.Target,
		TargetFD:   o.TargetFD,
		Root:       o.Root,
		Wd:         o.Wd,
		WdNS:       o.Wdns,
		Operands:   first,
		Command:    first,
	}
	r.ByFile, r.Files = cli.Files(o.Files)
	if r.TargetFD == 0 {
		r.TargetFD = -1
	}
	return r
}

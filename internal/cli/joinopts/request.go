//go:build linux

package joinopts

import (
	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/creds"
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
		OwnerUID:   nsexec.NoID,
		OwnerGID:   nsexec.NoID,
		SetUID:     number(o.SetUID),
		SetGID:     number(o.SetGID),
		Groups:     o.Groups,
		Caps:       o.Caps,
		SeccompFD:  o.SeccompFD,
		NoNewPrivs: o.NoNewPrivs,
		Operands:   first,
		Command:    first,
	}
	r.ByFile, r.Files = cli.Files(o.Files)
	if r.TargetFD == 0 {
		r.TargetFD = -1
	}
	if r.SeccompFD == 0 {
		r.SeccompFD = -1
	}
	return r
}

// number is the id, as the constructor reads it; NoID for a name and for none.
func number(id string) uint32 {
	if n, ok := creds.ParseID(id); ok {
		return n
	}
	return nsexec.NoID
}

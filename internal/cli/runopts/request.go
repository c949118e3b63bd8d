//go:build linux

package runopts

import (
	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// Request is what the constructor makes of the command line that o was parsed
// from. argc is the number of its words, the tool's name included. isDir tells
// whether a path is that of a directory, as only the file system can; it is
// asked about the first operand, when that may be ROOTFS.
func (o *Options) Request(argc int, isDir func(path string) bool) nsexec.Request {
	first := argc - len(o.Operands)
	r := nsexec.Request{
		Create:     o.New,
		Fork:       o.Fork,
		KillSignal: int(o.KillChild),
		Map:        o.Map,
		Go:         o.goWork,
		TargetFD:   -1,
		Root:       dir(o.Root),
		Wd:         dir(o.Wd),
		Operands:   first,
		Command:    first,
	}
	r.ByFile, r.Files = cli.Files(o.Files)
	if !r.Root.Set && first < argc && isDir(o.Operands[0]) {
		r.Root = dir(o.Operands[0])
		r.Create |= nsfs.Mnt
		r.Go = true
		r.Command++
	}
	if r.Command == argc { // which shell, says the new root's passwd
		r.Go = true
	}
	return r
}

func dir(path string) nsexec.Dir { return nsexec.Dir{Set: path != "", Path: path} }

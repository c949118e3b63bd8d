//go:build linux

package runopts

import (
	"slices"
	"strings"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// Request is what the constructor makes of the command line that o was parsed
// from. argc is the number of its words, the tool's name included. look tells
// what a path leads to, as only the file system can; it is asked about the root, and
// about the first operand when that may be it.
func (o *Options) Request(argc int, look func(path string) FileKind) nsexec.Request {
	first := argc - len(o.Operands)
	r := nsexec.Request{
		Create:     o.New,
		Fork:       o.Fork || o.Privileges.forks(),
		KillSignal: int(o.KillChild),
		Map:        o.Map,
		Go:         o.goWork,
		TargetFD:   -1,
		SetUID:     nsexec.NoID,
		SetGID:     nsexec.NoID,
		SeccompFD:  -1,
		Root:       dir(o.Root),
		Wd:         dir(o.Wd),
		Operands:   first,
		Command:    first,
	}
	r.MapByHelper, r.DropGroups = o.mapByHelper || o.Ids.Setgroups != "" || o.Ids.Owner != "", o.Ids.SetGID != ""
	r.OwnerUID, r.OwnerGID = o.Ids.ownerIDs()
	r.ByFile, r.Files = cli.Files(o.Files)
	r.Outside = o.outside()
	switch {
	case r.Root.Set:
		r.Outside = r.Outside || look(o.Root) == Regular
	case first == argc:
	case look(o.Operands[0]) == Directory:
		r.Root = dir(o.Operands[0])
		r.Create |= nsfs.Mnt
		r.Go = true
		r.Command++
	case o.New&nsfs.Mnt != 0:
		r.Outside = r.Outside || look(o.Operands[0]) == Regular
	}
	if r.Command == argc { // which shell, says the new root's passwd
		r.Go = true
	}
	return r
}

// FileKind is what a path leads to, as far as that matters here.
type FileKind uint8

// The kinds of files.
const (
	Other FileKind = iota // or nothing
	Directory
	Regular
)

// outside reports whether one of the options may need a mount that is made outside of a new
// user namespace. As the constructor, it looks at no more than the words.
func (o *Options) outside() bool {
	idmap := func(spec string) bool { return strings.Contains(spec, "idmap") }
	source := func(spec string) bool { return !strings.Contains(spec, "::") }
	return slices.ContainsFunc(o.Volumes, idmap) || slices.ContainsFunc(o.FS, source)
}

func dir(path string) nsexec.Dir { return nsexec.Dir{Set: path != "", Path: path} }

//go:build linux

// Package joinopts is nsjoin's command line.
package joinopts

import (
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// Options is a command line of nsjoin, checked as far as that is possible
// without looking at the system.
type Options struct {
	Target   int                  // PID; 0: not given
	TargetFD int                  // open pidfd of the target; 0: not given
	All      bool                 // --all, as it was given: see JoinAll
	Join     nsfs.Kind            // the namespaces to join, as they were named
	Files    map[nsfs.Kind]string // for some of them, the file that stands for the target's; nil when there is none
	Root     nsexec.Dir
	Wd       nsexec.Dir // opened before joining
	Wdns     nsexec.Dir // resolved after joining
	NoFork   bool
	Preserve bool // --preserve-credentials
	// Privileged keeps the caller's capabilities in the target's mount namespace.
	Privileged bool
	SetUID     string // an id or a name; "": not given
	SetGID     string
	Groups     string   // ids or names, comma-separated
	CapDrop    []string // lists of names, or ALL
	CapAdd     []string
	NoNewPrivs bool
	Seccomp    string // default, none or a file; "": not given
	Caps       string // bounding:effective:ambient in hexadecimal; "": not given
	SeccompFD  int    // open memfd with a filter; 0: not given
	Shells     bool   // the operands are login shells to try, not a command
	Explain    bool
	Help       bool
	Version    bool
	Completion string   // the shell; "": not given
	Operands   []string // COMMAND [ARG]..., nil when there are none
}

// Parse reads nsjoin's command line without the tool's name. It makes no system
// call. Its error is one line, made by [diag.Usage].
func Parse(args []string) (*Options, error) {
	o := new(Options)
	s := NewSet(o)
	operands, err := s.Parse(args)
	if err != nil {
		return nil, err
	}
	o.Join = nsfs.Kind(s.NS())
	o.Operands = operands
	if o.Help || o.Version || o.Completion != "" {
		return o, nil
	}
	if o.Wd.Set && o.Wdns.Set {
		return nil, diag.Usage("options --wd and --wdns exclude each other")
	}
	if err := o.checkTarget(); err != nil {
		return nil, err
	}
	return o, nil
}

// JoinAll reports whether every namespace of the target is to be joined: when
// that was asked for, and when a target was given and no namespace was named.
func (o *Options) JoinAll() bool { return o.All || o.Join == 0 }

// checkTarget: without a target there must be a file to join, and nothing that
// means something of the target's.
func (o *Options) checkTarget() error {
	if o.Target != 0 || o.TargetFD != 0 {
		return nil
	}
	if o.All {
		return noTarget(" for --all")
	}
	for _, kind := range nsfs.Kinds {
		if o.Join&kind != 0 && o.Files[kind] == "" {
			return noTarget(" for --" + longName(kind) + " without FILE")
		}
	}
	for _, dir := range [...]struct {
		option string
		nsexec.Dir
	}{{"root", o.Root}, {"wd", o.Wd}, {"wdns", o.Wdns}} {
		if dir.Set && dir.Path == "" {
			return noTarget(" for --" + dir.option + " without DIR")
		}
	}
	if o.Files == nil {
		return noTarget("")
	}
	return nil
}

func noTarget(why string) error { return diag.Usage("no target%s: give -t PID", why) }

// longName is the option for a kind of namespace; nsenter calls that of mnt by
// the name of the thing.
func longName(kind nsfs.Kind) string {
	if kind == nsfs.Mnt {
		return "mount"
	}
	return kind.String()
}

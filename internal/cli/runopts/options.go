//go:build linux

// Package runopts is nsrun's command line.
package runopts

import (
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// maxName is the most bytes that a host or domain name can have: __NEW_UTS_LEN.
const maxName = 64

// Options is a command line of nsrun, checked as far as that is possible without
// looking at the system.
type Options struct {
	New         nsfs.Kind            // the namespaces asked for, by name or by implication
	Files       map[nsfs.Kind]string // where some of them are kept; nil when none is
	Hostname    string               // "": not given
	Domainname  string
	Map         nsexec.Map
	Ids         Ids
	Privileges  Privileges
	Root        string // --root, "": not given; the ROOTFS operand is among the operands
	ReadOnly    bool
	Overlay     bool
	OverlayDir  string // "": not given
	NoPivot     bool
	Volumes     []string // SRC:DST[:OPTS]
	Tmpfs       []string // DST[:OPTS]
	FS          []string // TYPE:SRC:DST[:OPTS]
	Masks       []string
	ReadOnlys   []string
	Propagation string // private, slave, shared, unbindable, unchanged
	Proc        string // auto, mount, bind, none
	Dev         string // auto, host, none
	Sys         string // auto, ro, rw, none
	Wd          string // "": not given
	Fork        bool
	KillChild   unix.Signal // 0: not given
	Explain     bool
	Help        bool
	Version     bool
	Completion  string   // the shell; "": not given
	Operands    []string // [ROOTFS] [COMMAND [ARG]...], nil when there are none
	mapByHelper bool     // the helper writes the maps
	goWork      bool     // something that was given leaves work for Go
}

// Ids is who is who in a new user namespace, and who the command is.
type Ids struct {
	User, Group   string   // what the caller's own ids are inside: OwnRoot, OwnCurrent, an id or a name; "": not given
	Users, Groups []string // inner:outer:count, auto, subids, all
	Setgroups     string   // allow, deny; "": not given
	Owner         string   // UID:GID, or names; "": not given
	Remap         string   // of whom the subordinate ids are mapped; "": not given
	SetUID        string   // "": not given
	SetGID        string
	SetGroups     string // comma-separated
}

// What -r and -c make of the caller's own ids.
const (
	OwnRoot    = "0 as -r"
	OwnCurrent = "itself as -c"
)

// Privileges is what the command may do.
type Privileges struct {
	KeepCaps   bool
	CapDrop    []string
	CapAdd     []string
	NoNewPrivs string // on, off; "": not given
	NewSession string // likewise
	Seccomp    string // default, none or a file; "": not given
	Harden     bool
}

// Parse reads nsrun's command line without the tool's name. It makes no system
// call. Its error is one line, made by [diag.Usage].
func Parse(args []string) (*Options, error) {
	o := new(Options)
	s := NewSet(o)
	operands, err := s.Parse(args)
	if err != nil {
		return nil, err
	}
	o.New = nsfs.Kind(s.NS())
	o.goWork = s.GoWork()
	o.Operands = operands
	if err := o.Ids.check(); err != nil {
		return nil, err
	}
	if err := checkName("hostname", o.Hostname); err != nil {
		return nil, err
	}
	if err := checkName("domainname", o.Domainname); err != nil {
		return nil, err
	}
	return o, nil
}

func checkName(option, name string) error {
	if len(name) > maxName {
		return diag.Usage("option --%s: %s is longer than %d bytes", option, diag.Quote(name), maxName)
	}
	return nil
}

// CheckMounts refuses a command line that asks for mounts although there is no
// mount namespace to make them in. It is not part of [Parse], because a ROOTFS
// operand, which only the file system can tell from a command, implies one:
// mnt says whether there will be one. What the default mode auto does without
// one is nothing.
func (o *Options) CheckMounts(mnt bool) error {
	if mnt {
		return nil
	}
	for _, mode := range [...]struct{ option, word string }{
		{"proc", o.Proc}, {"dev", o.Dev}, {"sys", o.Sys},
	} {
		if mode.word != "auto" && mode.word != "none" {
			return diag.Usage("--%s=%s needs a mount namespace: add --mnt or a root file system",
				mode.option, mode.word)
		}
	}
	return nil
}

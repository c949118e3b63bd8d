//go:build linux

// Package privilege works out what a command may do: capability sets and seccomp filter, from what
// options say of them.
package privilege

import (
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/seccomp"
	"nskit.dev/nskit/pkg/seccomp/profile"
)

// Options are what the command may do. The zero value takes nothing away but what is inheritable.
type Options struct {
	KeepCaps   bool     // as ambient capabilities, which a command that is not root's needs
	Docker     bool     // only those that Docker gives, before CapDrop and CapAdd
	CapDrop    []string // lists of names, or ALL
	CapAdd     []string
	NoNewPrivs bool
	MayGain    bool   // no_new_privs is refused, even where the filter could do with it
	Seccomp    string // default, a file, or none; "": none
}

// Filter reads the profile, before the file system that it is in is gone.
func (o *Options) Filter() (*seccomp.Profile, error) {
	switch o.Seccomp {
	case "", "none":
		return nil, nil
	case "default":
		return seccomp.Docker(), nil
	}
	return profile.Read(o.Seccomp)
}

// Changed reports whether the capability sets are to be other than they are, besides what is inheritable.
func (o *Options) Changed() bool {
	return o.KeepCaps || o.Docker || len(o.CapDrop)+len(o.CapAdd) > 0
}

// Program compiles the filter for a command with those sets and that uid.
func Program(filter *seccomp.Profile, set *nsexec.Caps, uid uint32) (seccomp.Program, error) {
	kernel, err := seccomp.Running()
	if err != nil {
		return seccomp.Program{}, err
	}
	return filter.Compile(seccomp.Env{Caps: of(set, uid), Kernel: kernel})
}

// of are the capabilities that the command will have, which profiles go by.
func of(set *nsexec.Caps, uid uint32) caps.Set {
	if uid == 0 {
		return caps.Set(set.Bounding&set.Permitted) & caps.All()
	}
	return caps.Set(set.Ambient) & caps.All()
}

// Load says how a filter can be loaded for a command with those sets: with no_new_privs, or early, before the
// capabilities of now are gone. Without one of them or CAP_SYS_ADMIN the kernel refuses it: a setuid program
// could be led astray.
func (o *Options) Load(set *nsexec.Caps, uid uint32, now caps.Set) (nnp, early bool, err error) {
	switch {
	case of(set, uid).Has(unix.CAP_SYS_ADMIN), o.NoNewPrivs:
		return false, false, nil
	case !o.MayGain:
		return true, false, nil
	case now.Has(unix.CAP_SYS_ADMIN):
		return false, true, nil
	}
	return false, false, diag.Usage("--no-new-privs=off and a seccomp filter need CAP_SYS_ADMIN, which the caller lacks")
}

// All leaves every set as it is, but for what is inheritable.
func All() *nsexec.Caps {
	const all = ^uint64(0)
	return &nsexec.Caps{Bounding: all, Permitted: all, Effective: all}
}

// Caps are the sets that a command with that uid gets: from may, which is what it would have without any
// option, and from what the caller can give.
func (o *Options) Caps(may, give caps.Set, uid uint32) (*nsexec.Caps, error) {
	if err := o.missing(give); err != nil {
		return nil, err
	}
	base := may
	if o.Docker {
		// In Docker a device cgroup keeps what mknod(2) makes from being of use; here nothing would.
		base &= caps.Docker &^ caps.Of(unix.CAP_MKNOD)
	}
	set, err := caps.Apply(base, o.CapDrop, o.CapAdd)
	if err != nil {
		return nil, err
	}
	set &= give
	c := &nsexec.Caps{Bounding: uint64(set), Permitted: uint64(set), Effective: uint64(set)}
	switch {
	case o.KeepCaps:
		c.Ambient = uint64(set)
	case uid != 0 && len(o.CapAdd) > 0:
		given, err := caps.Apply(0, o.CapDrop, o.CapAdd)
		if err != nil {
			return nil, err
		}
		c.Ambient = uint64(given & set)
	}
	return c, nil
}

// missing refuses what was asked for by name and cannot be given.
func (o *Options) missing(give caps.Set) error {
	for _, list := range o.CapAdd {
		for name := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(name, "ALL") {
				continue
			}
			set, err := caps.Parse(name)
			if err != nil {
				return err
			}
			if lacks := set &^ give; lacks != 0 {
				return &diag.Error{Step: "give the command " + lacks.String(), Err: unix.EPERM,
					Hint: "the caller does not have it: run it as root, or in a user namespace of your own (nsrun --map-root-user, nsjoin --user)"}
			}
		}
	}
	return nil
}

// Bounding takes the bounding set out of what is to be changed for a caller who may not: with no_new_privs it
// has no meaning.
func Bounding(set *nsexec.Caps, now caps.Set, nnp bool) error {
	if now.Has(unix.CAP_SETPCAP) {
		return nil
	}
	if !nnp {
		return &diag.Error{Step: "take capabilities out of the bounding set", Call: "prctl(PR_CAPBSET_DROP)", Err: unix.EPERM,
			Hint: "that takes CAP_SETPCAP: run it as root, add --map-root-user, or add --no-new-privs, with which the bounding set has no meaning"}
	}
	set.Bounding = ^uint64(0)
	return nil
}

//go:build linux

package run

import (
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/seccomp"
	"nskit.dev/nskit/pkg/seccomp/profile"
)

// Privileges is what the command may do. The zero value takes nothing away but what is inheritable.
type Privileges struct {
	KeepCaps   bool     // as ambient capabilities, which a command that is not root's needs
	Docker     bool     // only those that Docker gives, before CapDrop and CapAdd
	CapDrop    []string // lists of names, or ALL
	CapAdd     []string
	NoNewPrivs bool
	NewSession bool
	Seccomp    string // default, a file, or none; "": none
}

// filter reads the profile, before the file system that it is in is gone.
func (p *Privileges) filter() (*seccomp.Profile, error) {
	switch p.Seccomp {
	case "", "none":
		return nil, nil
	case "default":
		return seccomp.Docker(), nil
	}
	return profile.Read(p.Seccomp)
}

// apply must come after the identity.
func (p *Privileges) apply(l *nsexec.Last, filter *seccomp.Profile) error {
	uid := uint32(os.Geteuid())
	if l.UID != nil {
		uid = *l.UID
	}
	set, err := p.capabilities(uid)
	if err != nil {
		return err
	}
	l.Caps, l.NoNewPrivs = set, p.NoNewPrivs
	if filter == nil {
		return nil
	}
	bounding := caps.Set(set.Bounding) & caps.All()
	kernel, err := seccomp.Running()
	if err != nil {
		return err
	}
	program, err := filter.Compile(seccomp.Env{Caps: bounding, Kernel: kernel})
	if err != nil {
		return err
	}
	// Without either the kernel refuses it: a setuid program could be led astray.
	effective := caps.Set(set.Ambient)
	if uid == 0 {
		effective = caps.Set(set.Effective)
	}
	if !effective.Has(unix.CAP_SYS_ADMIN) {
		l.NoNewPrivs = true
	}
	l.Seccomp = &unix.SockFprog{Len: uint16(len(program.Filter)), Filter: &program.Filter[0]}
	l.SeccompFlags = program.Flags
	return nil
}

// capabilities are the sets that a command with that uid gets.
func (p *Privileges) capabilities(uid uint32) (*nsexec.Caps, error) {
	const all = ^uint64(0)
	if !p.KeepCaps && !p.Docker && len(p.CapDrop)+len(p.CapAdd) == 0 {
		return &nsexec.Caps{Bounding: all, Permitted: all, Effective: all}, nil
	}
	now, err := caps.Current()
	if err != nil {
		return nil, err
	}
	if err := p.missing(now.Permitted); err != nil {
		return nil, err
	}
	base := now.Permitted
	if p.Docker {
		base &= caps.Docker
	}
	set, err := caps.Apply(base, p.CapDrop, p.CapAdd)
	if err != nil {
		return nil, err
	}
	set &= now.Permitted
	c := &nsexec.Caps{Bounding: uint64(set), Permitted: uint64(set), Effective: uint64(set)}
	switch {
	case p.KeepCaps:
		c.Ambient = uint64(set)
	case uid != 0 && len(p.CapAdd) > 0:
		given, err := caps.Apply(0, p.CapDrop, p.CapAdd)
		if err != nil {
			return nil, err
		}
		c.Ambient = uint64(given & set)
	}
	return c, nil
}

// missing refuses what was asked for by name and cannot be given.
func (p *Privileges) missing(permitted caps.Set) error {
	for _, list := range p.CapAdd {
		set, err := caps.Parse(list)
		if err != nil {
			return err
		}
		if lacks := set &^ permitted; lacks != 0 && !strings.Contains(strings.ToUpper(list), "ALL") {
			return &diag.Error{Step: "give the command " + lacks.String(), Err: unix.EPERM, Hint: "the caller does not have it here"}
		}
	}
	return nil
}

func rawSetgroups(ids []uint32) error {
	_, _, errno := unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(ids)), uintptr(unsafe.Pointer(unsafe.SliceData(ids))), 0)
	if errno != 0 {
		return errno
	}
	return nil
}

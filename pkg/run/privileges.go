//go:build linux

package run

import (
	"os"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/privilege"
	"nskit.dev/nskit/pkg/seccomp"
)

// applyPrivileges must come after the identity.
func (c *Config) applyPrivileges(l *nsexec.Last, filter *seccomp.Profile) error {
	l.Caps, l.NoNewPrivs = privilege.All(), c.Privileges.NoNewPrivs
	if filter == nil && !c.Privileges.Changed() {
		return nil
	}
	now, err := caps.Current()
	if err != nil {
		return err
	}
	uid := uint32(os.Geteuid())
	if l.UID != nil {
		uid = *l.UID
	}
	return c.privilegesOf(l, filter, uid, now)
}

// privilegesOf is for a process that has the sets of now, and a command with that uid.
func (c *Config) privilegesOf(l *nsexec.Last, filter *seccomp.Profile, uid uint32, now caps.Sets) (err error) {
	p := &c.Privileges
	l.NoNewPrivs = p.NoNewPrivs
	set := &nsexec.Caps{Bounding: uint64(now.Bounding), Permitted: uint64(now.Permitted), Effective: uint64(now.Effective)}
	if p.Changed() {
		if set, err = p.Caps(now.Permitted, now.Permitted, uid); err != nil {
			return err
		}
		l.Caps = set
	}
	if filter != nil {
		if err := loadFilter(l, p, filter, set, uid, now.Effective); err != nil {
			return err
		}
	}
	if p.Changed() {
		return privilege.Bounding(l.Caps, now.Effective, l.NoNewPrivs)
	}
	return nil
}

func loadFilter(l *nsexec.Last, p *privilege.Options, filter *seccomp.Profile, set *nsexec.Caps, uid uint32, now caps.Set) error {
	program, err := privilege.Program(filter, set, uid)
	if err != nil {
		return err
	}
	nnp, early, err := p.Load(set, uid, now)
	l.NoNewPrivs, l.SeccompEarly = l.NoNewPrivs || nnp, early
	l.Seccomp = &unix.SockFprog{Len: uint16(len(program.Filter)), Filter: &program.Filter[0]}
	l.SeccompFlags = program.Flags
	return err
}

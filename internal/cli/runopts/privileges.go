//go:build linux

package runopts

import (
	"errors"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/diag"
)

func privileges(s *cli.Set, o *Options) {
	p, word := &o.Privileges, cli.Meaning{Go: true, Limits: true}
	s.Group("Privileges:")
	s.Switch(&p.KeepCaps, "keep-caps", 0, word,
		"hand the capabilities on as ambient ones, also to a command that is not root's (default: none are inheritable)")
	s.CapList(&p.CapDrop, "cap-drop", 0, "LIST|ALL", word,
		"take capabilities out of all sets; before what --cap-add gives (default: none)")
	s.CapList(&p.CapAdd, "cap-add", 0, "LIST|ALL", word,
		"capabilities that the command has, as ambient ones when it is not root's (default: all that the caller has)")
	s.Optional((*onOff)(&p.NoNewPrivs), "no-new-privs", 0, "on|off", word,
		"no execve raises privileges any more (default: off)")
	s.Text(&p.Seccomp, "seccomp", 0, "default|none|FILE", word,
		"filter of system calls: Docker's, none, or a profile in Docker's JSON; implies --no-new-privs for a command without CAP_SYS_ADMIN (default: none)")
	s.Optional((*onOff)(&p.NewSession), "new-session", 0, "on|off", cli.Meaning{Act: cli.ActFork, Go: true, Limits: true},
		"a session of its own, which cannot put characters into the caller's terminal; implies --fork (default: off)")
	s.Switch(&p.Harden, "harden", 0, cli.Meaning{Act: cli.ActFork, Go: true, Limits: true},
		"as Docker by default: --mask default and --ro-path default where there is a mount namespace, its capabilities, --no-new-privs --seccomp default --new-session; each has an option that takes it back (default: no)")
}

// onOff is a switch that can be taken back.
type onOff string

func (w *onOff) Set(argument string) error {
	if argument != "on" && argument != "off" {
		return errors.New(diag.Quote(argument) + " is not one of on, off")
	}
	*w = onOff(argument)
	return nil
}

func (w *onOff) SetBare() error {
	*w = "on"
	return nil
}

func (p *Privileges) canonical(on func(bool, string), with func(value, byDefault, name string), each func([]string, string)) {
	on(p.KeepCaps, "keep-caps")
	each(p.CapDrop, "cap-drop")
	each(p.CapAdd, "cap-add")
	with(p.NoNewPrivs, "", "no-new-privs")
	with(p.Seccomp, "", "seccomp")
	with(p.NewSession, "", "new-session")
	on(p.Harden, "harden")
}

// forks reports whether the command must have a process of its own: a process that is at the head of
// its group, as one that a shell has started, cannot make a session.
func (p *Privileges) forks() bool { return p.Harden || p.NewSession != "" }

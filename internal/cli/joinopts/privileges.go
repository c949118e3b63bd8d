//go:build linux

package joinopts

import (
	"errors"
	"strings"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/diag"
)

// What only Go can work out makes the constructor do nothing at first: names of capabilities and profiles
// always, names of users and groups where the argument is no number.
func privileges(s *cli.Set, o *Options) {
	first := cli.Meaning{Defer: true}
	s.Group("Identity and privileges:")
	s.Ref(&o.SetUID, "setuid", 'S', "UID|NAME", cli.Meaning{Act: cli.ActSetUID},
		"uid of the command; a name is that of the target's passwd (default: 0 in a joined user namespace, else the caller's)")
	s.Ref(&o.SetGID, "setgid", 'G', "GID|NAME", cli.Meaning{Act: cli.ActSetGID},
		"gid of the command, without supplementary groups (default: as for --setuid)")
	s.Refs(&o.Groups, "groups", 0, "GID|NAME,...", cli.Meaning{Act: cli.ActGroups},
		"supplementary groups of the command (default: none in a joined user or mount namespace, else the caller's)")
	s.CapList(&o.CapDrop, "cap-drop", 0, "LIST|ALL", first,
		"take capabilities out of all sets; before what --cap-add gives (default: none)")
	s.CapList(&o.CapAdd, "cap-add", 0, "LIST|ALL", first,
		"capabilities that the command has, as ambient ones when it is not root's (default: see --privileged)")
	s.Switch(&o.NoNewPrivs, "no-new-privs", 0, cli.Meaning{Act: cli.ActNoNewPrivs},
		"no execve raises privileges any more (default: as the target in a joined mount namespace)")
	s.Text(&o.Seccomp, "seccomp", 0, "default|none|FILE", first,
		"filter of system calls: Docker's, none, or a profile in Docker's JSON (default: none)")
}

// canonical are the options by which Go tells the constructor what it has worked out.
func canonical(s *cli.Set, o *Options) {
	s.Value((*capsValue)(&o.Caps), "caps", 0, "CAPS", cli.Meaning{Act: cli.ActCaps}, "")
	s.Value((*fdValue)(&o.SeccompFD), "seccomp-fd", 0, "FD", cli.Meaning{Act: cli.ActSeccompFD}, "")
}

// capsValue is three sets as the constructor reads them: nsexec/privileges.c.
type capsValue string

func (c *capsValue) Set(argument string) error {
	sets := strings.Split(argument, ":")
	for _, set := range sets {
		if len(sets) != 3 || set == "" || len(set) > 16 || strings.Trim(set, "0123456789abcdef") != "" {
			return errors.New(diag.Quote(argument) + " is not three sets of capabilities")
		}
	}
	*c = capsValue(argument)
	return nil
}

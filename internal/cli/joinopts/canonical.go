//go:build linux

package joinopts

import (
	"strconv"

	"nskit.dev/nskit/pkg/nsfs"
)

// Canonical is the command line, without the tool's name, that the constructor
// understands in full and from which [Parse] makes the same Options: long
// options only. The constructor does not act on one without operands: which
// shell to start is for Go to find out, see --shells.
func (o *Options) Canonical() []string {
	var args []string
	add := func(given bool, name, value string) {
		switch {
		case given && value == "":
			args = append(args, "--"+name)
		case given:
			args = append(args, "--"+name+"="+value)
		}
	}
	add(o.Target != 0, "target", strconv.Itoa(o.Target))
	add(o.TargetFD != 0, "target-fd", strconv.Itoa(o.TargetFD))
	add(o.All, "all", "")
	for _, kind := range nsfs.Kinds {
		add(o.Join&kind != 0, longName(kind), o.Files[kind])
	}
	add(o.Root.Set, "root", o.Root.Path)
	add(o.Wd.Set, "wd", o.Wd.Path)
	add(o.Wdns.Set, "wdns", o.Wdns.Path)
	add(o.NoFork, "no-fork", "")
	add(o.Preserve, "preserve-credentials", "")
	add(o.Privileged, "privileged", "")
	add(o.SetUID != "", "setuid", o.SetUID)
	add(o.SetGID != "", "setgid", o.SetGID)
	add(o.Groups != "", "groups", o.Groups)
	for _, list := range o.CapDrop {
		add(true, "cap-drop", list)
	}
	for _, list := range o.CapAdd {
		add(true, "cap-add", list)
	}
	add(o.NoNewPrivs, "no-new-privs", "")
	add(o.Seccomp != "", "seccomp", o.Seccomp)
	add(o.Caps != "", "caps", o.Caps)
	add(o.SeccompFD != 0, "seccomp-fd", strconv.Itoa(o.SeccompFD))
	add(o.Shells, "shells", "")
	add(o.Explain, "explain", "")
	add(o.Help, "help", "")
	add(o.Version, "version", "")
	add(o.Completion != "", "completion", o.Completion)
	return append(append(args, "--"), o.Operands...)
}

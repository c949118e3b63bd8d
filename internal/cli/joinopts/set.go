//go:build linux

package joinopts

import (
	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/nsfs"
)

const synopsis = `-t PID [OPTION]... [COMMAND [ARG]...]

Run COMMAND (default: a shell) in the namespaces of another process.`

// NewSet defines nsjoin's options on o.
//
// Nothing here is Go work in the namespaces: Go never starts inside a target. So
// the constructor must be able to check each argument by itself.
func NewSet(o *Options) *cli.Set {
	s := cli.New("nsjoin", synopsis, cli.ModeJoin)
	namespaces(s, o)
	process(s, o)
	privileges(s, o)
	s.Information(&o.Explain, &o.Help, &o.Version, &o.Completion)
	s.Hidden()
	s.Value((*fdValue)(&o.TargetFD), "target-fd", 0, "FD", cli.Meaning{Act: cli.ActTargetFD}, "")
	canonical(s, o)
	s.Switch(&o.Shells, "shells", 0, cli.Meaning{Act: cli.ActShells}, "")
	return s
}

func namespaces(s *cli.Set, o *Options) {
	m := cli.Meaning{Act: cli.ActJoin}
	s.Group("Target, and which of its namespaces; FILE is joined instead of the target's:")
	s.Value((*pidValue)(&o.Target), "target", 't', "PID", cli.Meaning{Act: cli.ActTarget},
		"the process whose namespaces are joined (default: none, each needs its FILE)")
	s.Switch(&o.All, "all", 'a', cli.Meaning{Act: cli.ActAll},
		"every kind that is not the caller's already (default: when no kind is named, else those that are)")
	s.Namespace(&o.Files, nsfs.Mnt, "mount", 'm', m, "mounts; also --mnt (default: see --all)")
	s.Alias("mnt")
	s.Namespace(&o.Files, nsfs.UTS, "uts", 'u', m, "host and domain name (default: see --all)")
	s.Namespace(&o.Files, nsfs.IPC, "ipc", 'i', m,
		"System V IPC objects (default: see --all)")
	s.Namespace(&o.Files, nsfs.Net, "net", 'n', m, "network stack (default: see --all)")
	s.Namespace(&o.Files, nsfs.PID, "pid", 'p', m, "process ids (default: see --all)")
	s.Namespace(&o.Files, nsfs.User, "user", 'U', m, "user and group ids (default: see --all)")
	s.Namespace(&o.Files, nsfs.Cgroup, "cgroup", 'C', m,
		"view of the cgroup tree (default: see --all)")
	s.Namespace(&o.Files, nsfs.Time, "time", 'T', m,
		"clock offsets (default: see --all)")
}

func process(s *cli.Set, o *Options) {
	s.Group("Process; a DIR that is left out is the target's:")
	s.Optional(&dirValue{&o.Root}, "root", 'r', "DIR", cli.Meaning{Act: cli.ActRoot},
		"root directory (default: that of the mount namespace)")
	s.Optional(&dirValue{&o.Wd}, "wd", 'w', "DIR", cli.Meaning{Act: cli.ActWd},
		"working directory, opened before joining (default: / in a joined mount namespace, else the caller's)")
	s.Optional(&dirValue{&o.Wdns}, "wdns", 'W', "DIR", cli.Meaning{Act: cli.ActWdns},
		"working directory, looked up after joining (default: as for --wd)")
	s.Switch(&o.NoFork, "no-fork", 'F', cli.Meaning{Act: cli.ActNoFork},
		"stay one process, outside of a joined PID namespace (default: fork into it)")
	s.Switch(&o.Preserve, "preserve-credentials", 0, cli.Meaning{Act: cli.ActPreserve},
		"keep uid, gid and groups in a joined user namespace (default: become its root)")
	s.Switch(&o.Privileged, "privileged", 0, cli.Meaning{Act: cli.ActPrivileged},
		"keep the caller's capabilities in a joined mount namespace (default: at most the target's)")
}

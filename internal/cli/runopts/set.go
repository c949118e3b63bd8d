//go:build linux

package runopts

import (
	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/pkg/nsfs"
)

const synopsis = `[OPTION]... [ROOTFS] [COMMAND [ARG]...]

Run COMMAND (default: a shell) in new namespaces. ROOTFS is an existing
directory that becomes its root file system, and implies --mnt; with --mnt it
may be an image file (ext4, xfs, squashfs, erofs).`

// all is what --all stands for; the user namespace is added for callers who
// cannot do without it.
const all = nsfs.UTS | nsfs.IPC | nsfs.PID | nsfs.Mnt | nsfs.Net | nsfs.Cgroup

// NewSet defines nsrun's options, with their defaults, on o.
//
// What Go must check (a word among several, a name's length) is marked as Go
// work although nothing may be left to do: the constructor would execute the
// command without a look at it.
func NewSet(o *Options) *cli.Set {
	o.Propagation, o.Proc, o.Dev, o.Sys = "private", "auto", "auto", "auto"
	s := cli.New("nsrun", synopsis, cli.ModeRun)
	namespaces(s, o)
	ids(s, o)
	mounts(s, o)
	process(s, o)
	privileges(s, o)
	s.Information(&o.Explain, &o.Help, &o.Version, &o.Completion)
	return s
}

func namespaces(s *cli.Set, o *Options) {
	m := cli.Meaning{Act: cli.ActNew}
	s.Group("Namespaces, each kept on FILE by a bind mount when that is given:")
	s.Namespace(&o.Files, nsfs.UTS, "uts", 'u', m, "new host and domain name (default: the caller's)")
	s.Namespace(&o.Files, nsfs.IPC, "ipc", 'i', m, "new System V IPC objects (default: the caller's)")
	s.Namespace(&o.Files, nsfs.PID, "pid", 'p', m, "new process ids, from PID 1 (default: the caller's)")
	s.Namespace(&o.Files, nsfs.Mnt, "mnt", 'm', cli.Meaning{Act: cli.ActNew, Go: true},
		"new mounts; also --mount (default: the caller's)")
	s.Alias("mount")
	s.Namespace(&o.Files, nsfs.Net, "net", 'n', m, "new network stack (default: the caller's)")
	s.Namespace(&o.Files, nsfs.User, "user", 'U', m,
		"new user and group ids (default: the caller's, new for one who lacks CAP_SYS_ADMIN)")
	s.Namespace(&o.Files, nsfs.Cgroup, "cgroup", 'C', m, "new view of the cgroup tree (default: the caller's)")
	s.Namespace(&o.Files, nsfs.Time, "time", 'T', m, "new clock offsets (default: the caller's)")
	s.Switch(nil, "all", 'a', cli.Meaning{Act: cli.ActAll, NS: uint32(all), Go: true},
		"all of them but time, and user only where it is needed (default: those that are named)")
	uts := cli.Meaning{NS: uint32(nsfs.UTS), Go: true}
	s.Text(&o.Hostname, "hostname", 0, "NAME", uts, "host name; implies --uts (default: the caller's)")
	s.Text(&o.Domainname, "domainname", 0, "NAME", uts,
		"NIS domain name; implies --uts (default: the caller's)")
}

func mounts(s *cli.Set, o *Options) {
	word := cli.Meaning{Go: true}
	s.Group("Root file system and mounts:")
	s.Text(&o.Root, "root", 'R', "DIR|IMAGE", cli.Meaning{Act: cli.ActRoot, NS: uint32(nsfs.Mnt), Go: true},
		"root file system, by pivot_root; implies --mnt, and all operands are the command (default: ROOTFS, else the caller's)")
	layout := cli.Meaning{NS: uint32(nsfs.Mnt), Go: true}
	s.Switch(&o.ReadOnly, "ro", 0, layout, "read-only root file system; what is mounted in it is not (default: as it is)")
	s.Optional(&layer{&o.Overlay, &o.OverlayDir}, "overlay", 0, "DIR", layout,
		"writable layer over the root file system, kept in DIR or thrown away; with ROOTFS / over the host's (default: none)")
	s.Switch(&o.NoPivot, "no-pivot", 0, layout,
		"cover the old root and chroot, without pivot_root (default: only on an initramfs)")
	s.Words(&o.Propagation, "propagation", 0, "private|slave|shared|unbindable|unchanged", word,
		"of all mounts in the new mount namespace")
	s.Words(&o.Proc, "proc", 0, "auto|mount|bind|none", word,
		"/proc; auto: a fresh one for new PID and mount namespaces, else what works")
	s.Words(&o.Dev, "dev", 0, "auto|host|none", word, "/dev; auto: a minimal one in ROOTFS")
	s.Words(&o.Sys, "sys", 0, "auto|ro|rw|none", word, "/sys; auto: read-only in ROOTFS")
	volumes(s, o)
}

func volumes(s *cli.Set, o *Options) {
	with := func(act cli.Act) cli.Meaning { return cli.Meaning{Act: act, NS: uint32(nsfs.Mnt), Go: true} }
	s.Group("Mounts inside, each as often as wanted; all imply --mnt:")
	s.List(&o.Volumes, "volume", 'v', "SRC:DST[:OPTS]", with(cli.ActVolume),
		"bind mount; ro rw nosuid nodev noexec norec idmap create, [r]private [r]slave [r]shared [r]unbindable; a colon in a path is written \\: (default: none)")
	s.List(&o.Tmpfs, "tmpfs", 0, "DST[:OPTS]", with(cli.ActNone), "tmpfs: size=, mode= and other options of mount(8) (default: none)")
	s.List(&o.FS, "fs", 0, "TYPE:SRC:DST[:OPTS]", with(cli.ActFS),
		"any file system, or auto for an image file; a regular file SRC gets a loop device (default: none)")
	s.List(&o.Masks, "mask", 0, "PATH|default|none", with(cli.ActNone), "hide a file or directory; default is what the OCI runtimes hide (default: none)")
	s.List(&o.ReadOnlys, "ro-path", 0, "PATH|default|none", with(cli.ActNone),
		"make a file or tree read-only; default is what the OCI runtimes do so (default: none)")
}

func process(s *cli.Set, o *Options) {
	s.Group("Process:")
	s.Text(&o.Wd, "wd", 'w', "DIR", cli.Meaning{Act: cli.ActWd},
		"working directory inside (default: / with ROOTFS, else the caller's)")
	s.Switch(&o.Fork, "fork", 'f', cli.Meaning{Act: cli.ActFork},
		"run the command in a child process (default: only where it is needed)")
	s.Optional((*signalValue)(&o.KillChild), "kill-child", 0, "SIG", cli.Meaning{Act: cli.ActKillChild},
		"signal for the command when nsrun dies, by number or name; implies --fork (default: KILL)")
	s.Switch(nil, "forward-signals", 0, cli.Meaning{}, "pass signals on to the command (default: always)")
}

//go:build linux

package runopts

import (
	"strconv"

	"nskit.dev/nskit/pkg/nsfs"
)

// Canonical is the command line, without the tool's name, that the constructor
// understands in full and from which [Parse] makes the same Options: long
// options only, and numbers for names.
func (o *Options) Canonical() []string {
	var args []string
	on := func(given bool, name string) {
		if given {
			args = append(args, "--"+name)
		}
	}
	with := func(value, byDefault, name string) {
		if value != byDefault {
			args = append(args, "--"+name+"="+value)
		}
	}
	for _, kind := range nsfs.Kinds {
		if file := o.Files[kind]; file != "" {
			with(file, "", kind.String())
		} else {
			on(o.New&kind != 0, kind.String())
		}
	}
	with(o.Hostname, "", "hostname")
	with(o.Domainname, "", "domainname")
	each := func(list []string, name string) {
		for _, value := range list {
			with(value, "", name)
		}
	}
	o.Ids.canonical(o.Map, on, with, each)
	o.Privileges.canonical(on, with, each)
	with(o.Root, "", "root")
	on(o.ReadOnly, "ro")
	on(o.Overlay && o.OverlayDir == "", "overlay")
	with(o.OverlayDir, "", "overlay")
	on(o.NoPivot, "no-pivot")
	each(o.Volumes, "volume")
	each(o.Tmpfs, "tmpfs")
	each(o.FS, "fs")
	each(o.Masks, "mask")
	each(o.ReadOnlys, "ro-path")
	with(o.Propagation, "private", "propagation")
	with(o.Proc, "auto", "proc")
	with(o.Dev, "auto", "dev")
	with(o.Sys, "auto", "sys")
	with(o.Wd, "", "wd")
	on(o.Fork, "fork")
	with(strconv.Itoa(int(o.KillChild)), "0", "kill-child")
	on(o.Explain, "explain")
	on(o.Help, "help")
	on(o.Version, "version")
	with(o.Completion, "", "completion")
	return append(append(args, "--"), o.Operands...)
}

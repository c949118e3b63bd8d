//go:build linux

package main

import (
	"os"
	"strings"

	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/rootfs"
	"nskit.dev/nskit/pkg/run"
)

// configOf makes of the options what is to be done, and refuses what makes no sense.
func configOf(o *runopts.Options) (*run.Config, error) {
	c := &run.Config{
		Kinds:      o.New,
		Files:      o.Files,
		Map:        o.Map,
		Hostname:   o.Hostname,
		Domainname: o.Domainname,
		Wd:         o.Wd,
		Fork:       o.Fork,
		KillChild:  o.KillChild,
		Command:    o.Operands,
	}
	c.Mounts.Root = o.Root
	if err := rootfsOperand(c); err != nil {
		return nil, err
	}
	if c.Mounts.Root != "" {
		c.Kinds |= nsfs.Mnt
	}
	if err := o.CheckMounts(c.Kinds&nsfs.Mnt != 0); err != nil {
		return nil, err
	}
	return c, words(&c.Mounts, o)
}

// rootfsOperand takes the first operand as ROOTFS when it is an existing directory.
func rootfsOperand(c *run.Config) error {
	if c.Mounts.Root != "" || len(c.Command) == 0 {
		return nil
	}
	first := c.Command[0]
	info, err := os.Stat(first)
	if err == nil && info.IsDir() {
		c.Mounts.Root, c.Command = first, c.Command[1:]
		return nil
	}
	if err != nil && strings.Contains(first, "/") {
		return &diag.Error{
			Step: "use " + diag.Quote(first) + " as root file system or as command",
			Err:  err.(*os.PathError).Err,
			Code: 127,
		}
	}
	return nil
}

func words(m *rootfs.Config, o *runopts.Options) (err error) {
	if m.Propagation, err = mount.ParsePropagation(o.Propagation); err != nil {
		return err
	}
	if m.Proc, err = rootfs.ParseProc(o.Proc); err != nil {
		return err
	}
	if m.Dev, err = rootfs.ParseDev(o.Dev); err != nil {
		return err
	}
	m.Sys, err = rootfs.ParseSys(o.Sys)
	return err
}

//go:build linux

package main

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/nsexec"
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
	c.Mounts.ReadOnly, c.Mounts.NoPivot = o.ReadOnly, o.NoPivot
	c.Mounts.Overlay, c.Mounts.OverlayDir = o.Overlay, o.OverlayDir
	c.Mounts.Masks, c.Mounts.ReadOnlys = o.Masks, o.ReadOnlys
	if err := rootfsOperand(c); err != nil {
		return nil, err
	}
	if c.Mounts.Root != "" {
		c.Kinds |= nsfs.Mnt
	}
	if err := o.CheckMounts(c.Kinds&nsfs.Mnt != 0); err != nil {
		return nil, err
	}
	if err := mounts(&c.Mounts, o); err != nil {
		return nil, err
	}
	if err := identity(c, &o.Ids); err != nil {
		return nil, err
	}
	privileges(c, &o.Privileges)
	return c, words(&c.Mounts, o)
}

// mounts reads what is to be mounted by options of its own.
func mounts(c *rootfs.Config, o *runopts.Options) error {
	for _, option := range [...]struct {
		specs []string
		parse func(string) (rootfs.Mount, error)
	}{
		{o.Volumes, rootfs.ParseVolume}, {o.Tmpfs, rootfs.ParseTmpfs}, {o.FS, rootfs.ParseFS},
	} {
		for _, spec := range option.specs {
			m, err := option.parse(spec)
			if err != nil {
				return err
			}
			c.Mounts = append(c.Mounts, m)
		}
	}
	return nil
}

// look is what the option packages are to know of a path.
func look(path string) runopts.FileKind {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return runopts.Other
	case info.IsDir():
		return runopts.Directory
	case info.Mode().IsRegular():
		return runopts.Regular
	}
	return runopts.Other
}

// imageHint is for a file that was meant as root file system and could not be executed.
func imageHint(r *nsexec.Record, argv []string) string {
	if at := r.Request.Command; r.Understood && at < len(argv) && mount.IsImage(argv[at]) {
		return diag.Quote(argv[at]) + " holds a file system: to use it as root file system add --mnt"
	}
	return ""
}

// rootfsOperand takes the first operand as ROOTFS when it is an existing directory or, where
// there will be a mount namespace, a file that holds a file system.
func rootfsOperand(c *run.Config) error {
	if c.Mounts.Root != "" || len(c.Command) == 0 {
		return nil
	}
	first := c.Command[0]
	info, err := os.Stat(first)
	if err == nil && (info.IsDir() || c.Kinds&nsfs.Mnt != 0 && info.Mode().IsRegular() && mount.IsImage(first)) {
		c.Mounts.Root, c.Command = first, c.Command[1:]
		return nil
	}
	if err != nil && (strings.Contains(first, "/") || errors.Is(err, unix.EACCES)) {
		code := 126
		if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
			code = 127
		}
		return &diag.Error{
			Step: "use " + diag.Quote(first) + " as root file system or as command",
			Err:  err.(*os.PathError).Err,
			Code: code,
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

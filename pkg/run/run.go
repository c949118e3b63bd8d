//go:build linux

package run

import (
	"maps"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/persist"
	"nskit.dev/nskit/pkg/plan"
	"nskit.dev/nskit/pkg/seccomp"
	"nskit.dev/nskit/pkg/shell"
)

// manyMounts is how many mounts need more descriptors than the usual limit leaves: the source of each is
// open until the command is executed, and each mount point that was made.
const manyMounts = 16

// Inside finishes the run in the namespaces that the constructor has created:
// mounts, names, working directory, and then the command. It returns only when
// something failed. It must be called on the main thread.
func Inside(r *nsexec.Record, c *Config) error {
	if len(c.Mounts.Mounts) > manyMounts || c.Mounts.Overlay {
		nsexec.RaiseOpenFiles()
	}
	c.Mounts.Trees = func() (map[int]*mount.Tree, error) { return receiveTrees(r) }
	filter, err := c.Privileges.Filter()
	if err != nil {
		return err
	}
	if r.WritesMaps() {
		c.Mounts.Mapped = func() { actAsMapped(r) }
	}
	steps, err := c.Steps(r.Created)
	if err != nil {
		return err
	}
	if err := plan.Run(steps); err != nil {
		return err
	}
	if r.WritesMaps() {
		actAsSelf()
	}
	err = c.execute(filter, r.Created)
	plan.Undo(steps)
	return err
}

func (c *Config) execute(filter *seccomp.Profile, created nsfs.Kind) error {
	last := nsexec.Last{Args: c.Command}
	root, done, err := c.openRoot()
	if err != nil {
		return err
	}
	defer done()
	if err := c.Identity.apply(&last, root, c.mayNotSetGroups(created)); err != nil {
		return err
	}
	if err := c.applyPrivileges(&last, filter); err != nil {
		return err
	}
	if len(c.Command) == 0 {
		uid := uint32(os.Geteuid())
		if last.UID != nil {
			uid = *last.UID
		}
		last.Args, last.LoginShells = shell.Candidates(nsexec.Environ(), root, uid), true
	}
	if err := c.checkCommand(); err != nil {
		return err
	}
	if c.NewSession {
		if _, err := unix.Setsid(); err != nil {
			return &diag.Error{Step: "make a new session", Call: "setsid", Err: err}
		}
	}
	return nsexec.Exec(last)
}

// Help is the host helper's part: it keeps the namespaces on their files, and makes the mounts
// that cannot be made inside.
func Help(r *nsexec.Record, c *Config) error {
	var undo []func()
	var refused nsfs.Kind
	waiting := maps.Clone(c.Files)
	trees := newTrees(c, r)
	mapper := newMapper(c, r)
	bind := func(pid int) error {
		if err := mapper.write(pid); err != nil {
			return err
		}
		for _, kind := range nsfs.Kinds {
			file, ok := waiting[kind]
			if !ok {
				continue
			}
			back, err := persist.Bind(pid, kind, file)
			if err != nil {
				refused = kind
				return err
			}
			undo = append(undo, back)
			delete(waiting, kind)
		}
		back, err := trees.make(pid)
		undo = append(undo, back)
		return err
	}
	again := func(err error) bool { return refused == nsfs.Mnt && persist.IsOrderFault(err) }
	return nsexec.ServeHelper(r, bind, again, trees.send, func() {
		for _, back := range slices.Backward(undo) {
			back()
		}
	})
}

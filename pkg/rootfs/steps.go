//go:build linux

package rootfs

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// Steps is the work in the order in which it is to be done. Nothing is
// touched before the steps are run. The error is one of usage.
//
// On failure the mount namespace is left half done: it is for the end of the
// process. So is the working directory. What was created in the root directory
// is gone again: [plan.Undo].
func (c *Config) Steps() ([]plan.Step, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	b := &builder{Config: *c, root: -1, home: -1}
	var err error
	if b.mounts, err = sortMounts(c.Mounts); err != nil {
		return nil, err
	}
	b.steps = append(b.steps, plan.Step{Undo: b.removeMade})
	b.openHome()
	b.openSources()
	b.earlyTrees()
	b.notePeer()
	b.propagationBefore()
	b.newRoot()
	if c.Mapped != nil {
		b.add(nil, nil, func() error { b.actMapped(); return nil })
	}
	b.proc()
	b.dev()
	b.sys()
	b.propagationOfBinds()
	b.extraMounts()
	b.masks()
	b.readOnlys()
	if len(c.Masks)+len(c.ReadOnlys) > 0 {
		b.add(nil, nil, b.checkMounted)
	}
	b.readOnlyRoot()
	if c.Root != "" {
		b.enterRoot()
	}
	b.propagationAfter()
	return b.steps, nil
}

// check refuses what makes no sense, before anything is done.
func (c *Config) check() error {
	if _, err := expand("mask", c.Masks, nil); err != nil {
		return err
	}
	if _, err := expand("ro-path", c.ReadOnlys, nil); err != nil {
		return err
	}
	for i := range c.Mounts {
		if c.Mounts[i].IDMap && !c.NewUser {
			return diag.Usage("%s: idmap is for the ids of a user namespace: add --user with a map", c.Mounts[i].Option)
		}
		if c.Propagation == mount.Unbindable && c.Mounts[i].propagates() {
			return diag.Usage("%s: with --propagation=unbindable it cannot have peers", c.Mounts[i].Option)
		}
	}
	if c.Root == "" && (c.Propagation == mount.Shared || c.Propagation == mount.Unchanged) && len(c.Mounts)+len(c.Masks)+len(c.ReadOnlys) > 0 {
		return diag.Usage("with --propagation=%s what is mounted would show on the host, and stay there: use private or slave, or add a root file system", c.Propagation)
	}
	switch {
	case strings.IndexByte(c.Root, 0) >= 0:
		return diag.Usage("the root directory has a NUL byte in its name")
	case c.Root != "":
		return nil
	case c.ReadOnly:
		return diag.Usage("--ro needs a root file system: give ROOTFS or --root")
	case c.Overlay:
		return diag.Usage("--overlay needs a root file system: give ROOTFS or --root, / for a throw-away copy of the host's")
	case c.NoPivot:
		return diag.Usage("--no-pivot needs a root file system: give ROOTFS or --root")
	}
	return nil
}

// builder collects the steps, and is what they share while they run.
type builder struct {
	Config
	steps   []plan.Step
	mounts  []Mount             // Config.Mounts, sorted
	sources []source            // of those of them that are binds
	trees   map[int]*mount.Tree // those of them that somebody else, or an early step, has made
	mounted map[string]int      // the roots of /proc and /sys, by their names
	binds   bool                // some of /proc, /dev and /sys are the caller's
	stacked int                 // how many mounts lie on the old root below the new one
	root    int                 // O_PATH descriptor of the new root, once it is attached
	home    int                 // the caller's working directory
	held    []held              // mounts of the new root that are to have their peers back
	peer    *mount.Tree         // a copy of the mount that the root directory lies on
	null    int                 // the caller's /dev/null
	empty   *mount.Tree         // what is put on hidden directories
	lower   int                 // what is below the layer of an overlay
	scratch int                 // where the layers of an overlay are
	below   []int               // the mounts that came along with the root directory
	made    []inroot.Made       // what was created, to be removed when the run fails
}

func (b *builder) add(call, shell func() string, do func() error) {
	b.steps = append(b.steps, plan.Step{Call: call, Shell: shell, Do: do})
}

// openHome notes the working directory where a step will need it again.
func (b *builder) openHome() {
	if len(b.mounts) == 0 {
		return
	}
	b.add(nil, nil, func() error {
		fd, err := unix.Open(".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err == nil {
			b.home = fd
		}
		return nil // a working directory that cannot be opened cannot be meant
	})
}

// newRoot is the file system that everything else is done in.
func (b *builder) newRoot() {
	if b.Root != "" {
		b.attachRoot()
		return
	}
	if len(b.mounts)+len(b.Masks)+len(b.ReadOnlys) == 0 {
		return
	}
	b.add(fixed(`root = open("/", O_PATH|O_DIRECTORY|O_CLOEXEC)`), nil, func() (err error) {
		if b.root, err = unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
			return &diag.Error{Step: "open the root directory", Call: `open("/")`, Err: err}
		}
		return nil
	})
}

// peersOutside reports whether mounts of this namespace may propagate to
// others while the steps run.
func (b *builder) peersOutside() bool {
	return b.Propagation == mount.Shared || b.Propagation == mount.Unchanged || b.lateChange()
}

// fixed is a text that needs no work.
func fixed(text string) func() string { return func() string { return text } }

// step names the step that err is of, unless it has a name.
func step(words string, err error) error {
	if e, ok := err.(*diag.Error); ok && e.Step == "" && !diag.IsUsage(e) {
		e.Step = words
	}
	return err
}

//go:build linux

package rootfs

import (
	"errors"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// propagationBefore keeps what is mounted from here on from showing elsewhere.
//
// With a root directory, shared, unchanged and a volume that is to have peers leave all mounts as
// they are but the one that is to carry the new root: pivot_root(2)
// wants that one private, and a shared one would show the new root to its peers.
func (b *builder) propagationBefore() {
	switch {
	case b.lateChange(), b.Propagation == mount.Shared, b.Propagation == mount.Unchanged:
		if b.Root == "" {
			return
		}
		b.add(
			fixed(mount.Call("none", "/", "", unix.MS_PRIVATE, "")),
			fixed("mount --make-private /"),
			func() error { return b.propagationError(mount.MakePrivate("/")) },
		)
	case b.Propagation == mount.Unbindable:
		// Unbindable mounts would not come along into the new root.
		b.setPropagation(mount.Private)
	default:
		b.setPropagation(b.Propagation)
	}
}

// propagationAfter is what must wait for the mounts to be there.
func (b *builder) propagationAfter() {
	if b.Propagation == mount.Unbindable || b.Propagation == mount.Shared {
		b.setPropagation(b.Propagation)
	}
	if b.Propagation != mount.Shared {
		return
	}
	for i := range b.mounts {
		if m := &b.mounts[i]; m.Type == TypeBind && m.Propagation != mount.Unchanged {
			b.add(nil, nil, func() error { return step("mount "+m.Option, b.propagationAgain(m)) })
		}
	}
}

// propagationAgain gives a volume what it was to have, and what the change of all has undone.
func (b *builder) propagationAgain(m *Mount) error {
	at, err := inroot.Find(b.root, m.Destination)
	if err != nil {
		return err
	}
	defer at.Close()
	return mount.Change{Propagation: m.Propagation, TopOnly: m.TopOnly}.Apply(at.FD)
}

// propagationOfBinds gives the caller's mounts that were shown in the new root the propagation
// that the caller's own have kept, as a volume is to have peers there.
func (b *builder) propagationOfBinds() {
	if !b.binds || !b.lateChange() || b.Propagation != mount.Private && b.Propagation != mount.Slave {
		return
	}
	b.add(
		fixed(b.Propagation.Call("/..")),
		func() string { return b.Propagation.Shell(plan.ShellQuote(b.Root)) },
		func() error { return b.propagationError(mount.SetPropagation("/..", b.Propagation)) },
	)
}

func (b *builder) setPropagation(p mount.Propagation) {
	b.add(
		func() string { return p.Call("/") },
		func() string { return p.Shell("/") },
		func() error { return b.propagationError(mount.SetPropagation("/", p)) },
	)
}

func (b *builder) propagationError(err error) error {
	return diag.AddHint(step("set the propagation of the mount namespace", err), func(e *diag.Error) string {
		if !errors.Is(e, unix.EINVAL) {
			return ""
		}
		return "the root directory of the calling process is not a mount point, as after chroot(8); run mount --bind / / and chroot again first"
	})
}

//go:build linux

package rootfs

import (
	"errors"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// propagationBefore keeps what is mounted from here on from showing elsewhere.
//
// With a root directory, shared and unchanged leave all mounts as
// they are but the one that is to carry the new root: pivot_root(2)
// wants that one private, and a shared one would show the new root to its peers.
func (b *builder) propagationBefore() {
	switch b.Propagation {
	case mount.Private, mount.Slave:
		b.setPropagation(b.Propagation)
	case mount.Unbindable:
		// Unbindable mounts would not come along into the new root.
		b.setPropagation(mount.Private)
	default:
		if b.Root == "" {
			return
		}
		b.add(
			fixed(mount.Call("none", "/", "", unix.MS_PRIVATE, "")),
			fixed("mount --make-private /"),
			func() error { return b.propagationError(mount.MakePrivate("/")) },
		)
	}
}

// propagationAfter is what must wait for the mounts to be there.
func (b *builder) propagationAfter() {
	if b.Propagation == mount.Unbindable || b.Propagation == mount.Shared {
		b.setPropagation(b.Propagation)
	}
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

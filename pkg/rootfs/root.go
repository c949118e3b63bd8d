//go:build linux

package rootfs

import (
	"errors"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// attachRoot makes the root directory a mount of its own.
func (b *builder) attachRoot() {
	b.add(
		func() string {
			text := mount.AttachRootCall(b.Root)
			if b.peersOutside() {
				text += "\n" + mount.Call("none", "/..", "", unix.MS_PRIVATE, "")
			}
			return text
		},
		func() string {
			text := "mount --rbind " + shellQuote(b.Root) + " " + shellQuote(b.Root)
			if b.peersOutside() {
				text += "\nmount --make-private " + shellQuote(b.Root)
			}
			return text
		},
		b.doAttachRoot,
	)
}

func (b *builder) doAttachRoot() (err error) {
	words := func() string { return "make the root directory " + diag.Quote(b.Root) + " a mount" }
	if b.root, err = mount.AttachRoot(b.Root); err != nil {
		return diag.AddHint(step(words(), err), b.attachHint)
	}
	if b.peersOutside() {
		// The copy is in the peer group of the original, and pivot_root(2)
		// refuses a shared new root. "/.." is the mount on top of "/".
		if err := mount.MakePrivate("/.."); err != nil {
			return step(words(), err)
		}
	}
	return nil
}

func (b *builder) attachHint(e *diag.Error) string {
	if errors.Is(e, unix.EINVAL) && b.Propagation != mount.Private && b.Propagation != mount.Unbindable {
		return "the root directory may lie on an unbindable mount; use --propagation=private"
	}
	return ""
}

// pivot makes the new root the root, and drops the old one.
func (b *builder) pivot() {
	b.add(
		fixed("fchdir(root)\n"+`pivot_root(".", ".")`),
		func() string { return "cd " + shellQuote(b.Root) + "\npivot_root . ." },
		func() error {
			err := step("pivot_root to "+diag.Quote(b.Root), mount.PivotRoot(b.root))
			return diag.AddHint(err, func(e *diag.Error) string { return diag.HintPivot("/..", diag.Errno(e)) })
		},
	)
	if b.peersOutside() {
		b.add(
			func() string { return mount.Private.Call("..") },
			nil,
			func() error { return step("make the old root private", mount.MakeOldRootPrivate()) },
		)
	}
	b.add(
		func() string { return mount.DetachCall(".") + "\n" + `chdir("/")` },
		fixed("umount -l .\ncd /"),
		func() error {
			unix.Close(b.root)
			return step("detach the old root", mount.DetachOldRoot())
		},
	)
}

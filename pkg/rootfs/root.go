//go:build linux

package rootfs

import (
	"errors"
	"fmt"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// attachRoot makes the root a mount of its own, on top of "/".
func (b *builder) attachRoot() {
	switch {
	case b.isImage():
		b.attachImage()
	case !b.Overlay:
		b.attachDirectory()
	}
	if b.Overlay {
		b.attachOverlay()
	}
	if !b.peersOutside() {
		return
	}
	// The copy is in the peer group of the original, and pivot_root(2) refuses a
	// shared new root. "/.." is the mount on top of "/".
	set, call, shell := mount.MakePrivate, mount.Call("none", "/..", "", unix.MS_PRIVATE, ""), "mount --make-private "
	if b.lateChange() && (b.Propagation == mount.Private || b.Propagation == mount.Slave) {
		set = func(path string) error { return mount.SetPropagation(path, b.Propagation) }
		call, shell = b.Propagation.Call("/.."), "mount --make-r"+b.Propagation.String()+" "
	}
	b.add(fixed(call), fixed(shell+plan.ShellQuote(b.Root)), func() error {
		return step(b.attachWords(), set("/.."))
	})
}

func (b *builder) attachWords() string {
	return "make the root directory " + diag.Quote(b.Root) + " a mount"
}

func (b *builder) attachDirectory() {
	b.add(
		func() string { return mount.AttachRootCall(b.Root) },
		func() string { return "mount --rbind " + plan.ShellQuote(b.Root) + " " + plan.ShellQuote(b.Root) },
		func() (err error) {
			if b.root, err = mount.AttachRoot(b.Root); err != nil {
				return diag.AddHint(step(b.attachWords(), err), b.attachHint)
			}
			return b.noteBelow()
		},
	)
}

// noteBelow opens the mounts that came along, where they are to become read-only.
func (b *builder) noteBelow() (err error) {
	if !b.ReadOnly {
		return nil
	}
	b.below, err = mount.Below(b.root)
	return step("make the root file system read-only", err)
}

func (b *builder) attachHint(e *diag.Error) string {
	if errors.Is(e, unix.EINVAL) && b.Propagation != mount.Private && b.Propagation != mount.Unbindable {
		return "the root directory may lie on an unbindable mount; use --propagation=private"
	}
	return ""
}

// isImage reports whether the root is a file that holds a file system.
func (c *Config) isImage() bool {
	var st unix.Stat_t
	return unix.Stat(c.Root, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG
}

func (b *builder) attachImage() {
	image := b.rootImage()
	b.add(
		func() string {
			fs := image.Mounted()
			fs.Type = "TYPE"
			return image.AttachCall() + "\n" + fs.TreeCall() + "\n" + `move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)`
		},
		func() string { return "mount -o loop " + plan.ShellQuote(b.Root) + " /mnt" },
		func() error {
			words := "mount the image " + diag.Quote(b.Root)
			if tree := b.trees[rootTree]; tree != nil {
				root, err := tree.AttachRoot()
				b.root = root
				b.stacked += b.layered()
				return step(words, err)
			}
			fs, device, err := image.FS()
			if err != nil {
				return step(words, err)
			}
			defer device.Close()
			b.root, err = fs.AttachRoot()
			b.stacked += b.layered()
			return diag.AddHint(step(words, err), func(e *diag.Error) string { return b.fsHint(fs.Type, true, e) })
		},
	)
}

// rootImage is the image that is the root. With --ro nothing may be written to it, so that it is
// mounted read-only and not made so at the end; below an overlay nothing is.
func (c *Config) rootImage() mount.Image {
	return mount.Image{Path: c.Root, ReadOnly: c.ReadOnly || c.Overlay}
}

// layered is 1 when something will lie on what is mounted on "/" now, before the new root does.
func (b *builder) layered() int {
	if b.Overlay {
		return 1
	}
	return 0
}

// enterRoot makes the new root the root, and drops the old one.
func (b *builder) enterRoot() {
	if b.NoPivot {
		b.chrootStep("--no-pivot")
		return
	}
	if onInitramfs() {
		b.NoPivot = true
		b.chrootStep("the current root is the kernel's initramfs, which pivot_root cannot leave")
		return
	}
	b.pivot()
}

func (b *builder) pivot() {
	b.add(
		fixed("fchdir(root)\n"+`pivot_root(".", ".")`),
		func() string { return "cd " + plan.ShellQuote(b.Root) + "\npivot_root . ." },
		func() error {
			err := step("pivot_root to "+diag.Quote(b.Root), mount.PivotRoot(b.root))
			return diag.AddHint(err, func(e *diag.Error) string { return diag.HintPivot("/..", diag.Errno(e)) })
		},
	)
	b.joinPeers()
	b.add(
		func() string {
			text := mount.UnmountCall(".", mount.Lazy|mount.NoFollow)
			if b.peersOutside() {
				text = mount.Private.Call("..") + "\n" + text
			}
			return text + "\n" + `chdir("/")`
		},
		fixed("umount -l .\ncd /"),
		func() error { return step("detach the old root", mount.DetachOldRoot(b.stacked, b.peersOutside())) },
	)
}

// chrootStep is for where pivot_root(2) cannot work. The new root lies on top of "/" already.
func (b *builder) chrootStep(why string) {
	b.add(
		func() string { return fmt.Sprintf("fchdir(root)\nchroot(\".\")  /* no pivot_root: %s */", why) },
		func() string { return "cd " + plan.ShellQuote(b.Root) + "\nmount --move . /\nchroot ." },
		func() error {
			b.coverOldRoot()
			return step("make "+diag.Quote(b.Root)+" the root", mount.EnterRoot(b.root))
		},
	)
	b.joinPeers()
}

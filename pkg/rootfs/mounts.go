//go:build linux

package rootfs

import (
	"cmp"
	"slices"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// sortMounts puts what is mounted further up first, so that nothing covers what
// was mounted before it, in whatever order it was asked for. What is to come
// on one and the same place cannot all be seen, and is refused.
func sortMounts(list []Mount) ([]Mount, error) {
	depth := func(m Mount) int { return strings.Count(m.Destination, "/") }
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Mount) int { return cmp.Compare(depth(a), depth(b)) })
	for i := range list {
		for j := range i {
			if list[i].Destination == list[j].Destination {
				return nil, diag.Usage("%s and %s are for the same place", list[j].Option, list[i].Option)
			}
		}
	}
	return list, nil
}

// lateChange reports whether the caller's mounts must stay as they are until what has
// peers there has been copied.
func (b *builder) lateChange() bool {
	return b.Root != "" && slices.ContainsFunc(b.mounts, func(m Mount) bool { return m.propagates() })
}

// extraMounts adds the steps for all that is mounted by options of its own.
func (b *builder) extraMounts() {
	if len(b.mounts) == 0 {
		return
	}
	b.add(nil, nil, b.goHome)
	for i := range b.mounts {
		if b.mounts[i].Type == TypeBind {
			b.volume(i)
		} else {
			b.fileSystem(i)
		}
	}
}

// goHome goes back to the caller's working directory, from where the paths in the options
// of a file system (overlay) are meant: the steps before have left it.
func (b *builder) goHome() error {
	if b.home <= 0 {
		return nil
	}
	if err := unix.Fchdir(b.home); err != nil {
		return &diag.Error{Step: "go back to the working directory", Call: "fchdir", Err: err}
	}
	return nil
}

// changeOf is change for a copy of the caller's mounts while they may still be shared: what is not to
// have peers would get some with the copy.
func (b *builder) changeOf(m *Mount) mount.Change {
	c := m.change()
	if c.Propagation == mount.Unchanged && b.copiesPeers() {
		c.Propagation = b.Propagation
	}
	return c
}

// copiesPeers reports whether a copy of the caller's mounts has peers that the namespace is not to have.
func (b *builder) copiesPeers() bool {
	return (b.lateChange() || b.Root == "") && (b.Propagation == mount.Private || b.Propagation == mount.Slave)
}

// changeBelow gives what is mounted below a volume, whose own propagation is for its top alone, that
// of the namespace.
func (b *builder) changeBelow(m *Mount) error {
	if !m.TopOnly || !m.Recursive || !b.copiesPeers() {
		return nil
	}
	top, err := inroot.Open(b.root, m.Destination)
	if err != nil {
		return err
	}
	defer unix.Close(top)
	below, err := mount.Below(top)
	for _, fd := range below {
		if err == nil {
			err = mount.Change{Propagation: b.Propagation}.Apply(fd)
		}
		unix.Close(fd)
	}
	return err
}

func (m *Mount) change() mount.Change {
	return mount.Change{Set: m.Attrs, Propagation: m.Propagation, TopOnly: m.TopOnly}
}

// volume adds the step that shows the source at its place.
func (b *builder) volume(i int) {
	m := &b.mounts[i]
	change := b.changeOf(m)
	b.add(
		func() string {
			shown := change
			if m.IDMap {
				shown.UserNS = 1
			}
			text := mount.CloneTreeCall(sourceName(i), m.Recursive) + "\n"
			if call := shown.Call("tree"); call != "" {
				text += call + "\n"
			}
			return text + mount.AttachCall(placeCall(m.Destination))
		},
		func() string { return b.volumeShell(m) },
		func() error { return step("mount "+m.Option, b.mountVolume(i, change)) },
	)
}

func (b *builder) mountVolume(i int, change mount.Change) error {
	m, src := &b.mounts[i], b.sources[i]
	at, err := b.place(m.Destination, src.dir)
	if err != nil {
		return err
	}
	defer at.Close()
	switch tree := b.trees[i]; {
	case tree != nil:
		defer tree.Close()
		err = tree.Attach(at.FD)
		if missing(err) && !m.IDMap && !m.propagates() {
			err = mount.BindAt(src.fd, pointOf(at), m.Recursive, change)
		}
	case m.IDMap:
		err = diag.Bug("nobody outside has made the id-mapped mount")
	default:
		err = mount.BindAt(src.fd, pointOf(at), m.Recursive, change)
		if err == nil && m.Recursive && b.isOldRoot(src.fd) {
			err = b.uncover(at)
		}
	}
	if err == nil {
		err = b.changeBelow(m)
	}
	return diag.AddHint(err, func(e *diag.Error) string { return b.volumeHint(m, e) })
}

// isOldRoot reports whether fd is on "/" of the caller, on top of which the new root lies.
func (b *builder) isOldRoot(fd int) bool {
	var root, st unix.Stat_t
	if b.Root == "" || unix.Stat("/", &root) != nil || unix.Fstat(fd, &st) != nil || st.Dev != root.Dev || st.Ino != root.Ino {
		return false
	}
	top, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(top)
	return !covers(top, fd)
}

// uncover takes the copy of the new root, and of what it was built from, off a copy of the old one.
func (b *builder) uncover(at *inroot.Mountpoint) error {
	if err := unix.Fchdir(at.Dir); err != nil {
		return &diag.Error{Call: "fchdir", Err: err}
	}
	for range b.stacked + 1 {
		if err := mount.Unmount(at.Name, mount.Lazy|mount.NoFollow); err != nil {
			return err
		}
	}
	return b.goHome()
}

func (b *builder) volumeHint(m *Mount, e *diag.Error) string {
	if diag.Errno(e) != unix.EINVAL || e.Hint != "" {
		return ""
	}
	if b.inUserNS() && !m.Recursive {
		return "mounts lie below the source, and in a user namespace they cannot be left out: leave norec away"
	}
	return "the source may lie on an unbindable mount, or be a mount of another mount namespace"
}

func (b *builder) volumeShell(m *Mount) string {
	bind, remount := "--bind", "remount,bind"
	if m.Recursive {
		bind = "--rbind"
	}
	target := b.shellPath(m.Destination[1:])
	lines := []string{"mount " + bind + " " + plan.ShellQuote(m.Source) + " " + target}
	for _, o := range [...]struct {
		attr mount.Attr
		name string
	}{
		{unix.MOUNT_ATTR_RDONLY, "ro"}, {unix.MOUNT_ATTR_NOSUID, "nosuid"},
		{unix.MOUNT_ATTR_NODEV, "nodev"}, {unix.MOUNT_ATTR_NOEXEC, "noexec"},
	} {
		if m.Attrs&o.attr != 0 {
			remount += "," + o.name + "=recursive"
		}
	}
	if m.Attrs != 0 {
		lines = append(lines, "mount -o "+remount+" "+target)
	}
	if m.Propagation != mount.Unchanged {
		command := m.Propagation.Shell(target)
		if m.TopOnly {
			command = strings.Replace(command, "--make-r", "--make-", 1)
		}
		lines = append(lines, command)
	}
	return strings.Join(lines, "\n")
}

//go:build linux

package rootfs

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// fileSystem adds the step that mounts what --fs and --tmpfs ask for.
func (b *builder) fileSystem(i int) {
	m := &b.mounts[i]
	b.add(
		func() string {
			place := placeCall(m.Destination)
			if m.isImage() {
				return m.image().AttachCall() + "\n" + m.image().Mounted().MountAtCall(place)
			}
			return m.fs().MountAtCall(place)
		},
		func() string { return m.shell(b.shellPath(m.Destination[1:])) },
		func() error { return step("mount "+m.Option, b.mountFS(i)) },
	)
}

func (b *builder) mountFS(i int) error {
	m := &b.mounts[i]
	if tree := b.trees[i]; tree != nil {
		dir, err := isDir(tree.FD())
		if err != nil {
			return err
		}
		return b.placed(m, dir, func(at mount.Point) error {
			defer tree.Close()
			return tree.Attach(at.FD)
		})
	}
	fs := m.fs()
	if m.isImage() {
		var err error
		var done func()
		if fs, done, err = m.attachImage(); err != nil {
			return err
		}
		defer done()
	} else if m.Type == TypeAuto {
		var st unix.Stat_t
		if err := unix.Stat(m.Source, &st); err != nil {
			return &diag.Error{Call: "stat(" + strconv.Quote(m.Source) + ")", Err: err}
		}
		return &diag.Error{Err: unix.EINVAL, Hint: "only an image file tells its type: name the type instead of " + TypeAuto}
	}
	return b.placed(m, true, func(at mount.Point) error {
		return diag.AddHint(fs.MountAt(at), func(e *diag.Error) string { return b.fsHint(fs.Type, m.isImage(), e) })
	})
}

func (b *builder) placed(m *Mount, dir bool, do func(mount.Point) error) error {
	at, err := b.place(m.Destination, dir)
	if err != nil {
		return err
	}
	defer at.Close()
	return do(pointOf(at))
}

// fs is what is mounted when the source is no image file.
func (m *Mount) fs() mount.FS {
	return mount.FS{Type: m.Type, Source: m.Source, Flags: m.Flags, Data: m.Data}
}

// isImage reports whether the source is a regular file: only a device can be
// mounted, so a loop device is put before it.
func (m *Mount) isImage() bool {
	if m.Type == TypeBind || m.Source == "" {
		return false
	}
	info, err := os.Stat(m.Source)
	return err == nil && info.Mode().IsRegular() && !sourceless(m.Type)
}

// sourceless file systems take any word as their source: a file of that name
// in the working directory is a coincidence.
func sourceless(fstype string) bool {
	switch fstype {
	case "tmpfs", "proc", "sysfs", "overlay", "devpts", "mqueue", "cgroup", "cgroup2", "ramfs", "bpf", "debugfs", "tracefs":
		return true
	}
	return false
}

func (m *Mount) image() mount.Image {
	return mount.Image{Path: m.Source, Type: m.Type, ReadOnly: m.Flags&unix.MS_RDONLY != 0, Flags: m.Flags, Data: m.Data}
}

// attachImage puts a loop device before the image. done drops it: the device stays
// as long as something is mounted from it.
func (m *Mount) attachImage() (mount.FS, func(), error) {
	fs, device, err := m.image().FS()
	if err != nil {
		return fs, nil, err
	}
	return fs, func() { device.Close() }, nil
}

// fsHint is why a file system could not be mounted.
func (b *builder) fsHint(fstype string, image bool, e *diag.Error) string {
	errno := diag.Errno(e)
	switch {
	case e.Hint != "":
		return ""
	case errors.Is(e, unix.ENODEV):
		return "this kernel has no file system of the type " + diag.Quote(fstype) + " (/proc/filesystems lists those that it has): modprobe " + plan.ShellQuote(fstype)
	case image:
		return mount.HintImage(fstype, errno)
	case errno == unix.EPERM && fstype == "proc":
		return diag.HintProc(errno)
	case errno == unix.EPERM && fstype == "sysfs" && b.inUserNS():
		return "a sysfs belongs to the network namespace, and this one's is of a user namespace further out: add --net"
	case errno == unix.EPERM && fstype == "mqueue" && b.inUserNS():
		return "message queues belong to the IPC namespace, and this one's is of a user namespace further out: add --ipc"
	case errno == unix.EPERM && b.inUserNS():
		return "a user namespace may mount only the file systems that the kernel has opened for it, such as tmpfs, proc, sysfs, devpts, mqueue, overlay (Linux 5.11) and fuse: run it as root"
	case errno == unix.EINVAL:
		return "an option is missing or unknown, or the source is no " + diag.Quote(fstype) + " file system: see the end of `dmesg`"
	}
	return ""
}

// shell is the mount(8) command.
func (m *Mount) shell(target string) string {
	fs := m.fs()
	if fs.Type == TypeAuto {
		fs.Type = ""
	}
	if fs.Source == "" {
		fs.Source = m.Type
	}
	words := []string{"mount"}
	if fs.Type != "" {
		words = append(words, "-t", plan.ShellQuote(fs.Type))
	}
	options := fs.OptionWords()
	if m.isImage() {
		options = append([]string{"loop"}, options...)
	}
	if len(options) > 0 {
		words = append(words, "-o", plan.ShellQuote(strings.Join(options, ",")))
	}
	return strings.Join(append(words, plan.ShellQuote(fs.Source), target), " ")
}

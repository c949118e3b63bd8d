//go:build linux

package rootfs

import (
	"errors"
	"path"
	"slices"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// What the OCI runtimes are given to hide, and to make read-only, by Docker and
// containerd: MaskedPaths and ReadonlyPaths of moby's daemon/pkg/oci/defaults.go, 28.0,
// without the thermal_throttle of each CPU, which would be a mount for each.
var (
	defaultMasks = []string{
		"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
		"/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list",
		"/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
	}
	defaultReadOnlys = []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
)

// hidden is an empty directory that nothing can be put into.
var hidden = mount.FS{Type: "tmpfs", Flags: unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC,
	Data: "mode=555,size=4k,nr_inodes=2"}

// covered is a path to be hidden or made read-only. What a default list names may be missing.
type covered struct {
	path     string
	optional bool
}

// expand puts the list for the word default.
func expand(optionName string, given, byDefault []string) ([]covered, error) {
	var list []covered
	for _, p := range given {
		switch {
		case p == "default":
			for _, d := range byDefault {
				list = append(list, covered{d, true})
			}
		case p == "" || p[0] != '/':
			return nil, diag.Usage("--%s %s is neither an absolute path nor default", optionName, diag.Quote(p))
		case path.Clean(p) == "/":
			return nil, diag.Usage("--%s %s is the root itself", optionName, diag.Quote(p))
		default:
			list = append(list, covered{path.Clean(p), false})
		}
	}
	return list, nil
}

func (b *builder) masks() {
	list, _ := expand("mask", b.Masks, defaultMasks) // Config.check has seen the error
	if len(list) == 0 {
		return
	}
	b.add(
		func() string {
			empty := strings.Replace(hidden.TreeCall(), "tree =", "empty =", 1)
			return `null = open("/dev/null", O_PATH|O_NOFOLLOW|O_CLOEXEC)` + "\n" + empty
		},
		nil, b.openNull,
	)
	for _, c := range list {
		b.add(
			func() string {
				return mount.CloneTreeCall("null /* empty on a directory */", false) + "\n" + mount.AttachCall(placeCall(c.path))
			},
			func() string {
				p := b.shellPath(c.path[1:])
				return "if [ -d " + p + " ]; then " + hidden.Shell(p) + "; else mount --bind /dev/null " + p + "; fi"
			},
			func() error { return b.cover(c, "hide", b.mask) },
		)
	}
}

// openNull opens the caller's null device. The one inside is whatever the root file system
// says it is (CVE-2025-31133).
func (b *builder) openNull() error {
	words := "open the null device, which hides files"
	fd, err := unix.Open("/dev/null", unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &diag.Error{Step: words, Call: `open("/dev/null", O_PATH|O_NOFOLLOW|O_CLOEXEC)`, Err: err}
	}
	if b.null = fd; !isNull(fd) {
		return &diag.Error{Step: words, Err: unix.ENODEV, Hint: "/dev/null here is not the character device 1:3"}
	}
	return nil
}

func isNull(fd int) bool {
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFCHR && uint64(st.Rdev) == unix.Mkdev(1, 3)
}

// cover finds the path, has do mount something on it, and makes sure that this is what
// the path leads to: on a live root file system it may have been changed meanwhile.
func (b *builder) cover(c covered, verb string, do func(at *inroot.Mountpoint) error) error {
	words := verb + " " + diag.Quote(c.path)
	root, path := b.under(c.path)
	at, err := inroot.Find(root, path)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
		if c.optional {
			return nil
		}
		return diag.AddHint(step(words, err), func(*diag.Error) string { return "there is no such file" + b.inNewRoot() })
	}
	if err != nil {
		return step(words, err)
	}
	defer at.Close()
	if err = b.hold(at); err == nil {
		err = do(at)
	}
	if err != nil {
		return step(words, err)
	}
	now, err := inroot.Open(root, path)
	if err != nil {
		return step(words, err)
	}
	defer unix.Close(now)
	if !covers(now, at.FD) {
		return &diag.Error{Step: words, Err: unix.ESTALE, Hint: "something replaced the path meanwhile"}
	}
	return nil
}

// under is the directory in which a path is to be looked up, and the rest of it: what is below /proc or /sys
// is looked up in the file system that was mounted there. By the name /proc somebody who can write to the root
// directory could show a directory of his own, and have that masked (CVE-2019-19921).
func (b *builder) under(path string) (root int, rest string) {
	for _, name := range [...]string{"proc", "sys"} {
		top, rest, _ := strings.Cut(path[1:], "/")
		if fd, ok := b.mounted[name]; ok && top == name && rest != "" {
			return fd, rest
		}
	}
	return b.root, path
}

// checkMounted makes sure that /proc and /sys, whose contents were masked, are what the command will find there.
func (b *builder) checkMounted() error {
	for name, fd := range b.mounted {
		now, err := b.openNew(name)
		if err != nil {
			return &diag.Error{Step: "check what is mounted on /" + name, Err: err}
		}
		defer unix.Close(now)
		if covers(now, fd) {
			return &diag.Error{Step: "check what is mounted on /" + name, Err: unix.ESTALE, Hint: "something replaced the mount point meanwhile"}
		}
	}
	return nil
}

// covers reports whether two descriptors of one path are on two mounts.
func covers(now, before int) bool {
	a, errA := mount.ID(now)
	b, errB := mount.ID(before)
	return errA == nil && errB == nil && a != b
}

func (b *builder) mask(at *inroot.Mountpoint) error {
	dir, err := isDir(at.FD)
	if err != nil {
		return err
	}
	unchanged := mount.Change{Propagation: mount.Unchanged}
	if !dir {
		return mount.BindAt(b.null, pointOf(at), false, unchanged)
	}
	if b.empty == nil {
		return b.firstEmpty(at)
	}
	// One file system for all of them: a copy of a mount costs a third of a new one.
	tree, err := mount.CloneTree(b.empty.FD(), false)
	if err != nil {
		return hidden.MountAt(pointOf(at))
	}
	defer tree.Close()
	return attachEmpty(tree, at)
}

// attachEmpty does without move_mount(2) where a filter does not know it.
func attachEmpty(tree *mount.Tree, at *inroot.Mountpoint) error {
	err := tree.Attach(at.FD)
	if missing(err) {
		return hidden.MountAt(pointOf(at))
	}
	return err
}

// firstEmpty attaches the empty file system, which can be copied from then on: one that is
// attached nowhere cannot before Linux 6.15.
func (b *builder) firstEmpty(at *inroot.Mountpoint) error {
	tree, err := hidden.Tree()
	if err != nil {
		return hidden.MountAt(pointOf(at))
	}
	b.empty = tree
	return attachEmpty(tree, at)
}

// keepMounted notes what is mounted on /name for [builder.under], unless it is to be covered by an option
// of its own.
func (b *builder) keepMounted(name string, fd int) error {
	if len(b.Masks)+len(b.ReadOnlys) == 0 || slices.ContainsFunc(b.mounts, func(m Mount) bool { return m.Destination == "/"+name }) {
		return unix.Close(fd)
	}
	if b.mounted == nil {
		b.mounted = map[string]int{}
	}
	b.mounted[name] = fd
	return nil
}

func (b *builder) readOnlys() {
	list, _ := expand("ro-path", b.ReadOnlys, defaultReadOnlys)
	change := mount.Change{Set: unix.MOUNT_ATTR_RDONLY, Propagation: mount.Unchanged}
	for _, c := range list {
		b.add(
			func() string {
				return mount.CloneTreeCall(placeCall(c.path), true) + "\n" + change.Call("tree") + "\n" +
					mount.AttachCall(placeCall(c.path))
			},
			func() string {
				p := b.shellPath(c.path[1:])
				return strings.Join([]string{"mount --rbind", p, p}, " ") + "\nmount -o remount,bind,ro=recursive " + p
			},
			func() error {
				return b.cover(c, "make read-only", func(at *inroot.Mountpoint) error {
					return mount.BindAt(at.FD, pointOf(at), true, change)
				})
			},
		)
	}
}

// readOnlyRoot makes the root file system read-only, and what was mounted in it before
// this run, but not what this run has mounted there.
func (b *builder) readOnlyRoot() {
	if !b.ReadOnly {
		return
	}
	b.add(
		func() string { return mount.RestrictOneCall("root", unix.MOUNT_ATTR_RDONLY) },
		func() string { return "mount -o remount,bind,ro " + plan.ShellQuote(b.Root) },
		func() error {
			for _, fd := range append(b.below, b.root) {
				if err := mount.RestrictOne(fd, unix.MOUNT_ATTR_RDONLY); err != nil {
					return step("make the root file system read-only", err)
				}
			}
			return nil
		},
	)
}

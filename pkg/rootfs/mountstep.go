//go:build linux

package rootfs

import (
	"strings"

	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

// mountStep adds a step that mounts fs on /name.
func (b *builder) mountStep(name string, fs mount.FS, do func() error) {
	b.add(
		func() string { return b.enterCall(name) + fs.Call(b.targetCall(name)) },
		func() string { return fs.Shell(b.shellPath(name)) },
		do,
	)
}

// bindStep adds a step that shows the caller's /name at /name.
func (b *builder) bindStep(name string, attrs mount.Attr, do func() error) {
	b.binds = true
	b.add(
		func() string {
			text := b.enterCall(name) + mount.Call("/"+name, b.targetCall(name), "", unix.MS_BIND|unix.MS_REC, "")
			if attrs != 0 {
				text += "\n" + mount.RestrictCall(name, attrs)
			}
			return text
		},
		func() string {
			text := "mount --rbind /" + name + " " + b.shellPath(name)
			if attrs&unix.MOUNT_ATTR_RDONLY != 0 {
				text += "\nmount -o remount,bind,ro=recursive " + b.shellPath(name)
			}
			return text
		},
		do,
	)
}

// bind shows the caller's /name, with all that is mounted below it, at /name.
func (b *builder) bind(name string) error {
	target, err := b.mountpoint(name)
	if err != nil {
		return err
	}
	return step("bind the caller's /"+name, mount.Bind("/"+name, target))
}

// openNew opens what is mounted at /name by now.
func (b *builder) openNew(name string) (int, error) {
	if b.Root == "" {
		return openDir(unix.AT_FDCWD, "/"+name)
	}
	return openDir(b.root, name)
}

// enterCall and targetCall are how a mount point is named in --explain.
func (b *builder) enterCall(name string) string {
	if b.Root == "" {
		return ""
	}
	return `fchdir(openat(root, "` + name + `", O_PATH|O_NOFOLLOW|O_DIRECTORY|O_CLOEXEC))` + "\n"
}

func (b *builder) targetCall(name string) string {
	if b.Root == "" {
		return "/" + name
	}
	return "."
}

func (b *builder) shellPath(name string) string {
	return plan.ShellQuote(strings.TrimSuffix(b.Root, "/") + "/" + name)
}

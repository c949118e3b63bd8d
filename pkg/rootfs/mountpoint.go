//go:build linux

package rootfs

import (
	"errors"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// mountpoint is the path on which to mount what is to be /name. With a root
// directory that is ".", as the mount point has become the working
// directory: a path without a component cannot be redirected.
func (b *builder) mountpoint(name string) (string, error) {
	target := "/" + name
	if b.Root != "" {
		fd, err := b.openMountpoint(name)
		if err != nil {
			return "", err
		}
		err = unix.Fchdir(fd)
		unix.Close(fd)
		if err != nil {
			return "", &diag.Error{Step: "enter the mount point /" + name, Call: "fchdir", Err: err}
		}
		target = "."
	}
	if b.peersOutside() {
		return target, b.privateMountpoint(name, target)
	}
	return target, nil
}

// openMountpoint opens a directory of the new root, and makes it when it is
// missing. One component, and no link is followed: no openat2(2) is needed to
// stay inside.
func (b *builder) openMountpoint(name string) (int, error) {
	fd, err := openDir(b.root, name)
	if err == unix.ENOENT {
		at, err := inroot.Create(b.root, name, true)
		if err != nil {
			return -1, diag.AddHint(step("create the mount point /"+name+" in the new root", err), noIDs, func(*diag.Error) string {
				return "create the directory " + name + " in " + diag.Quote(b.Root) + ", or use --" + name + "=none"
			})
		}
		b.made = append(b.made, at.Made...)
		at.Close()
		return openDir(b.root, name)
	}
	if err != nil {
		e := &diag.Error{
			Step: "open the mount point /" + name + " in the new root",
			Call: "openat(root, \"" + name + "\", O_PATH|O_NOFOLLOW|O_DIRECTORY|O_CLOEXEC)",
			Err:  err,
		}
		if err == unix.ENOTDIR {
			e.Hint = name + " in " + diag.Quote(b.Root) + " is a link or a file and has to be a directory; or use --" + name + "=none"
		}
		return -1, e
	}
	return fd, nil
}

// privateMountpoint keeps what will be mounted on the mount point from
// reaching the peers of the mount that it is in. When it is a mount, that is
// it. When it is not, it is a plain directory of the new root, which is private;
// but of the caller's root nobody knows.
func (b *builder) privateMountpoint(name, target string) error {
	err := mount.MakePrivate(target)
	if errors.Is(err, unix.EINVAL) && b.Root != "" {
		return nil
	}
	return diag.AddHint(step("make the mount at /"+name+" private", err), func(*diag.Error) string {
		return "/" + name + " is no mount point, and what is mounted on it could show outside of this mount namespace; use --propagation=private"
	})
}

// checkMountpoint makes sure that what is at /name is the file system that was
// mounted: see openMounted.
func (b *builder) checkMountpoint(name string, magic int64) error {
	fd, err := b.openMounted(name, magic)
	if err != nil {
		return err
	}
	return b.keepMounted(name, fd)
}

// openMounted opens what is mounted on /name, if it is a file system of the
// kind magic. A new root with a writer outside can have had the directory
// replaced meanwhile, and the caller's /proc can have been a plain directory.
func (b *builder) openMounted(name string, magic int64) (int, error) {
	var st unix.Statfs_t
	fd, err := b.openNew(name)
	if err == nil {
		if err = unix.Fstatfs(fd, &st); err == nil && int64(st.Type) == magic {
			return fd, nil
		}
		unix.Close(fd)
	}
	if err == nil {
		err = errors.New("another file system is there")
	}
	return -1, &diag.Error{Step: "check what is mounted on /" + name, Err: err}
}

// openDir opens a directory for use as a place, whatever its permissions.
func openDir(dir int, name string) (int, error) {
	const flags = unix.O_PATH | unix.O_NOFOLLOW | unix.O_DIRECTORY | unix.O_CLOEXEC
	return unix.Openat(dir, name, flags, 0)
}

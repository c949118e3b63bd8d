//go:build linux

package rootfs

import (
	"os"
	"path/filepath"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// coverMounts shows the mounts below the root directory, each with a writable layer of its own.
// Those that are read-only stay as they are, and what cannot have a layer (a file, a
// file system of the kernel's own) is shown read-only.
func (o *overlay) coverMounts() error {
	for _, m := range o.mounts {
		if err := o.coverMount(m); err != nil {
			return err
		}
		unix.Close(m.fd)
	}
	return nil
}

func (o *overlay) coverMount(m submount) error {
	if o.locked && m.dir && o.hasMounts(m.path) {
		return o.mirror(m.path)
	}
	at, err := inroot.Find(o.b.root, m.path)
	if invisible(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer at.Close()
	if m.dir && !m.readOnly && layered(m.fstype) {
		fs, err := o.layer(m.path, fdPath(m.fd), "layers/"+escaped(m.path))
		if err == nil && fs.MountAt(pointOf(at)) == nil {
			return nil
		}
	}
	return mount.BindAt(m.fd, pointOf(at), o.locked, mount.Change{Set: unix.MOUNT_ATTR_RDONLY, Propagation: mount.Private})
}

// layered reports whether an overlay over that file system makes sense: not where a file is
// a handle of the kernel.
func layered(fstype string) bool {
	switch fstype {
	case "proc", "sysfs", "cgroup", "cgroup2", "devtmpfs", "devpts", "mqueue", "debugfs", "tracefs", "securityfs", "pstore",
		"bpf", "configfs", "fusectl", "hugetlbfs", "binfmt_misc", "autofs", "rpc_pipefs", "nsfs", "efivarfs", "selinuxfs":
		return false
	}
	return true
}

// escaped is a path as one name.
func escaped(path string) string {
	return strings.NewReplacer("%", "%25", "/", "%2F").Replace(path)
}

// mirrorRoot makes the new root a directory of the scratch file system.
func (o *overlay) mirrorRoot() error {
	at, err := inroot.Create(o.b.scratch, "mirror", true)
	if err != nil {
		return err
	}
	defer at.Close()
	if o.b.root, err = mount.AttachRoot(fdPath(at.FD)); err != nil {
		return err
	}
	return o.mirror("")
}

// mirror makes a directory that has mounts below it anew, out of its entries: a layer for each
// directory that has none, and what is no directory is shown read-only.
func (o *overlay) mirror(path string) error {
	dir, err := inroot.Open(o.lower, path)
	if invisible(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	entries, err := os.ReadDir(fdPath(dir))
	if invisible(err) {
		return nil
	}
	if err != nil {
		return &diag.Error{Step: "list the directory " + diag.Quote("/"+path), Err: diag.Errno(err)}
	}
	for _, entry := range entries {
		if err := o.mirrorEntry(strings.TrimPrefix(path+"/"+entry.Name(), "/"), entry.Type()); err != nil {
			return err
		}
	}
	return nil
}

func (o *overlay) mirrorEntry(path string, kind os.FileMode) error {
	if kind&os.ModeSymlink != 0 {
		return o.mirrorLink(path)
	}
	at, err := inroot.Create(o.b.root, path, kind.IsDir())
	if err != nil {
		return err
	}
	defer at.Close()
	o.keep(at)
	if kind.IsDir() {
		if err := o.likeLower(path, fdPath(at.FD)); err != nil {
			return err
		}
	}
	switch {
	case o.isMount(path):
		return nil // its turn comes later
	case kind.IsDir() && o.hasMounts(path):
		return o.mirror(path)
	}
	if o.b.replaces(path) {
		return nil
	}
	fd, err := inroot.Open(o.lower, path)
	if invisible(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if kind.IsDir() {
		if dir, err := isDir(fd); err != nil || !dir {
			return err // it was one when the directory was read
		}
		fs, err := o.layer(path, fdPath(fd), "layers/"+escaped(path))
		if err != nil {
			return err
		}
		return fs.MountAt(pointOf(at))
	}
	return mount.BindAt(fd, pointOf(at), false, mount.Change{Set: unix.MOUNT_ATTR_RDONLY, Propagation: mount.Private})
}

func (o *overlay) mirrorLink(path string) error {
	parent, err := inroot.Open(o.lower, filepath.Dir(path))
	if err != nil {
		return nil
	}
	defer unix.Close(parent)
	target, err := os.Readlink(fdPath(parent) + "/" + filepath.Base(path))
	if err != nil {
		return nil
	}
	if err := unix.Symlinkat(target, o.b.root, path); err != nil && err != unix.EEXIST {
		return &diag.Error{Call: "symlinkat", Err: err}
	}
	return nil
}

func (o *overlay) isMount(path string) bool {
	for _, m := range o.mounts {
		if m.path == path {
			return true
		}
	}
	return false
}

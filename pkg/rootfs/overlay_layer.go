//go:build linux

package rootfs

import (
	"errors"
	"os"
	"strings"

	"github.com/moby/sys/mountinfo"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// overlay is the work of one --overlay.
type overlay struct {
	b      *builder
	lower  int // O_PATH: the root directory that is not to be changed
	mounts []submount
	// locked: this is a user namespace, which may not see what the mounts below cover, so that
	// no overlay may be over a directory that has some: clone_private_mount() in fs/namespace.c.
	locked bool
}

// submount is a mount below the root directory.
type submount struct {
	path     string // relative to the root directory
	fd       int
	dir      bool
	readOnly bool
	fstype   string
}

// findMounts notes the mounts below the root directory, but those whose place will be taken by
// others, and those that nobody can get to.
func (o *overlay) findMounts() error {
	if o.b.isImage() {
		return nil
	}
	real, err := os.Readlink(fdPath(o.lower))
	if err != nil {
		return &diag.Error{Step: "find the mounts below the root directory", Err: err, Hint: "mount /proc first"}
	}
	prefix := strings.TrimSuffix(real, "/") + "/"
	table, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) {
		return !strings.HasPrefix(m.Mountpoint, prefix) || m.Mountpoint == prefix, false
	})
	if err != nil {
		return &diag.Error{Step: "find the mounts below the root directory", Err: err}
	}
	for _, m := range table {
		path := strings.TrimPrefix(m.Mountpoint, prefix)
		if top, _, _ := strings.Cut(path, "/"); o.b.replaces(top) {
			continue
		}
		if err := o.note(path, m); err != nil {
			return err
		}
	}
	return nil
}

func (o *overlay) note(path string, m *mountinfo.Info) error {
	fd, err := inroot.Open(o.lower, path)
	if invisible(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if id, err := mount.ID(fd); err != nil || id != uint64(m.ID) {
		return unix.Close(fd) // another one is on top
	}
	dir, err := isDir(fd)
	readOnly := hasWord(m.Options, "ro") || hasWord(m.VFSOptions, "ro")
	o.mounts = append(o.mounts, submount{path, fd, dir, readOnly, m.FSType})
	return err
}

func hasWord(list, word string) bool {
	return strings.Contains(","+list+",", ","+word+",")
}

// replaces reports whether /name of the new root will be mounted by other steps.
func (b *builder) replaces(name string) bool {
	switch name {
	case "proc":
		return b.Proc != ProcNone
	case "dev":
		return b.Dev != DevNone
	case "sys":
		return b.Sys != SysNone
	}
	return false
}

// attachRoot makes the new root.
func (o *overlay) attachRoot() (err error) {
	b := o.b
	if o.locked && o.hasMounts("") {
		return o.mirrorRoot()
	}
	lower := absolute(b.Root)
	if b.root >= 0 || b.Mapped != nil { // by its name it may not be reached any more
		lower = fdPath(o.lower)
	}
	fs, err := o.layer("", lower, "")
	if err == nil {
		b.root, err = fs.AttachRoot()
	}
	return err
}

// layer is the overlay for the directory path, with an upper directory that looks like it.
func (o *overlay) layer(path, lower, name string) (mount.FS, error) {
	at, err := inroot.Create(o.b.scratch, name+"/upper", true)
	if err != nil {
		return mount.FS{}, err
	}
	o.keep(at)
	if len(at.Made) > 0 {
		if err := o.likeLower(path, fdPath(at.FD)); err != nil {
			return mount.FS{}, err
		}
	}
	at.Close()
	work, err := inroot.Create(o.b.scratch, name+"/work", true)
	if err != nil {
		return mount.FS{}, err
	}
	o.keep(work)
	work.Close()
	dir := strings.TrimSuffix(fdPath(o.b.scratch)+"/"+name, "/")
	return mount.Overlay{
		Lower: []string{lower}, Upper: dir + "/upper", Work: dir + "/work", UserXattr: o.locked,
	}.FS()
}

// keep notes what was made for the layers, to be removed after a failure. A tmpfs goes by itself.
func (o *overlay) keep(at *inroot.Mountpoint) {
	if o.b.OverlayDir != "" {
		o.b.made = append(o.b.made, at.Made...)
		return
	}
	for _, made := range at.Made {
		made.Close()
	}
}

// invisible reports whether a path is hidden, gone, or in a directory that the caller may not enter: nobody
// can miss it.
func invisible(err error) bool {
	return errors.Is(err, unix.EACCES) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP)
}

// likeLower gives a directory the mode and, where this process may, the owner of what it stands
// for: those of the topmost layer are what is seen.
func (o *overlay) likeLower(path, dir string) error {
	var st unix.Stat_t
	fd, err := inroot.Open(o.lower, path)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.Fstat(fd, &st); err != nil {
		return &diag.Error{Call: "fstat", Err: err}
	}
	if err := unix.Chown(dir, int(st.Uid), int(st.Gid)); err != nil && err != unix.EPERM && err != unix.EINVAL {
		return &diag.Error{Call: "chown", Err: err}
	}
	if err := unix.Chmod(dir, st.Mode&0o7777); err != nil {
		return &diag.Error{Call: "chmod", Err: err}
	}
	return nil
}

// hasMounts reports whether something is mounted below the directory path.
func (o *overlay) hasMounts(path string) bool {
	if path != "" {
		path += "/"
	}
	for _, m := range o.mounts {
		if strings.HasPrefix(m.path, path) {
			return true
		}
	}
	return false
}

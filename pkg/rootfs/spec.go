//go:build linux

package rootfs

import (
	"path"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
)

// Mount is something to be mounted besides the root, /proc, /dev and /sys. The
// names of its fields are those of the OCI runtime specification.
type Mount struct {
	Option      string // the option and its argument, for messages: `--volume "a:/b"`
	Type        string // TypeBind, a type of file system, or TypeAuto
	Source      string
	Destination string // absolute and clean
	Recursive   bool   // of a bind: with all mounts below the source
	Create      bool   // of a bind: make the source when it is missing, as a directory
	IDMap       bool   // of a bind: owners by the id maps of the new user namespace
	Attrs       mount.Attr
	Propagation mount.Propagation
	TopOnly     bool // the propagation is that of the topmost mount alone
	Flags       mount.Flags
	Data        string // options of the file system
}

// Types of a [Mount] that are no file systems.
const (
	TypeBind = "bind"
	TypeAuto = "auto" // the type that the superblock of the image file tells
)

// propagates reports whether the mount is to have peers in the caller's mount namespace.
func (m *Mount) propagates() bool {
	return m.Type == TypeBind && (m.Propagation == mount.Shared || m.Propagation == mount.Slave)
}

// fields splits a specification at its colons; a backslash before a colon or
// another backslash makes that part of a name.
func fields(spec string) []string {
	var list []string
	var field strings.Builder
	for i := 0; i < len(spec); i++ {
		switch {
		case spec[i] == '\\' && i+1 < len(spec) && (spec[i+1] == ':' || spec[i+1] == '\\'):
			i++
			field.WriteByte(spec[i])
		case spec[i] == ':':
			list = append(list, field.String())
			field.Reset()
		default:
			field.WriteByte(spec[i])
		}
	}
	return append(list, field.String())
}

// escape is a path as a field of a specification.
func escape(path string) string {
	return strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(path)
}

// destination checks where something is to be mounted.
func (m *Mount) destination(dst string) error {
	switch {
	case dst == "":
		return diag.Usage("%s: the target is missing", m.Option)
	case dst[0] != '/':
		return diag.Usage("%s: the target %s is not an absolute path", m.Option, diag.Quote(dst))
	}
	if m.Destination = path.Clean(dst); m.Destination == "/" {
		return diag.Usage("%s: the target is the root itself: give that with --root", m.Option)
	}
	return nil
}

func option(name, spec string) string { return "--" + name + " " + diag.Quote(spec) }

//go:build linux

package mount

import (
	"os"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Overlay is a file system that shows several directories as one: the kernel's
// Documentation/filesystems/overlayfs.rst. Linux 3.18; in a user namespace 5.11.
type Overlay struct {
	// Lower are the directories that are only read, the topmost first. At least one; two
	// where there is no Upper.
	Lower []string
	// Upper is where all changes go, and Work an empty directory on the same mount,
	// which the kernel uses. Neither: the overlay is read-only.
	Upper, Work string
	// UserXattr stores what the kernel notes about files in user.overlay.* attributes
	// and not in trusted.overlay.*, which in a user namespace cannot be written. Linux 5.11.
	UserXattr bool
	ReadOnly  bool   // although there is an Upper
	Data      string // more options: "metacopy=on,volatile"
}

// FS is the file system to mount. Directories are followed as any path is, from the
// working directory of the caller of Mount.
//
// The error is one of usage: directories are missing, or their names are longer than
// the one page that mount(2) takes.
func (o Overlay) FS() (FS, error) {
	if err := o.check(); err != nil {
		return FS{}, err
	}
	lower := make([]string, len(o.Lower))
	for i, dir := range o.Lower {
		lower[i] = overlayPath(dir)
	}
	options := []string{"lowerdir=" + strings.Join(lower, ":")}
	if o.Upper != "" {
		options = append(options, "upperdir="+overlayPath(o.Upper), "workdir="+overlayPath(o.Work))
	}
	if o.UserXattr {
		options = append(options, "userxattr")
	}
	if o.Data != "" {
		options = append(options, o.Data)
	}
	fs := FS{Type: "overlay", Data: strings.Join(options, ",")}
	if o.ReadOnly {
		fs.Flags |= unix.MS_RDONLY
	}
	// The kernel copies a page, and cuts off what is longer without a word:
	// copy_mount_options() in fs/namespace.c. The last byte is the NUL.
	if limit := os.Getpagesize() - 1; len(fs.Data) > limit {
		return FS{}, diag.Usage("the names of the %d directories of an overlay take %d bytes, and mount(2) takes %d: "+
			"use shorter names, such as relative ones", o.directories(), len(fs.Data), limit)
	}
	return fs, nil
}

func (o Overlay) check() error {
	switch {
	case len(o.Lower) == 0:
		return diag.Usage("an overlay needs a lower directory")
	case o.Upper == "" && len(o.Lower) == 1:
		return diag.Usage("an overlay without an upper directory needs two lower ones, and has only %s", diag.Quote(o.Lower[0]))
	case (o.Upper == "") != (o.Work == ""):
		return diag.Usage("an overlay has an upper and a work directory, or neither")
	}
	for _, dir := range o.Lower {
		if dir == "" { // "::" means something else to the kernel
			return diag.Usage("the name of a lower directory of an overlay is empty")
		}
	}
	return nil
}

func (o Overlay) directories() int {
	if o.Upper == "" {
		return len(o.Lower)
	}
	return len(o.Lower) + 2
}

// overlayPath is a path as the value of an option. A comma would end the value, a
// colon the directory; a backslash takes the meaning away from both, and from itself
// (ovl_unescape() in fs/overlayfs).
func overlayPath(path string) string {
	return strings.NewReplacer(`\`, `\\`, `:`, `\:`, `,`, `\,`).Replace(path)
}

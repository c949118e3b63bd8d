//go:build linux

package rootfs

import (
	"slices"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// volumeOptions in the order in which an error lists them.
var volumeOptions = []string{
	"ro", "rw", "nosuid", "nodev", "noexec", "norec", "private", "slave", "shared", "unbindable",
	"rprivate", "rslave", "rshared", "runbindable", "idmap", "create",
}

// ParseVolume reads SRC:DST[:OPTS], the argument of --volume. The error is one of
// usage and quotes the part at fault.
func ParseVolume(spec string) (Mount, error) {
	m := Mount{Option: option("volume", spec), Type: TypeBind, Recursive: true, Propagation: mount.Unchanged}
	parts := fields(spec)
	switch {
	case len(parts) < 2:
		return m, diag.Usage(`%s is not SRC:DST[:OPTS]`, m.Option)
	case len(parts) > 3:
		return m, diag.Usage(`%s has more than SRC:DST:OPTS: a colon in a path is written \:`, m.Option)
	case parts[0] == "":
		return m, diag.Usage("%s: the source is missing", m.Option)
	}
	m.Source = parts[0]
	if err := m.destination(parts[1]); err != nil {
		return m, err
	}
	if len(parts) == 3 {
		return m, m.volumeOptions(parts[2])
	}
	return m, nil
}

func (m *Mount) volumeOptions(list string) error {
	access, propagation := "", "" // which word said it
	for word := range strings.SplitSeq(list, ",") {
		switch word {
		case "ro", "rw":
			if access != "" && access != word {
				return diag.Usage("%s is both %s and %s", m.Option, access, word)
			}
			access = word
			if word == "ro" {
				m.Attrs |= unix.MOUNT_ATTR_RDONLY
			}
		case "nosuid":
			m.Attrs |= unix.MOUNT_ATTR_NOSUID
		case "nodev":
			m.Attrs |= unix.MOUNT_ATTR_NODEV
		case "noexec":
			m.Attrs |= unix.MOUNT_ATTR_NOEXEC
		case "norec":
			m.Recursive = false
		case "idmap":
			m.IDMap = true
		case "create":
			m.Create = true
		default:
			if !slices.Contains(volumeOptions, word) {
				return diag.Usage("%s: the option %s is none of %s", m.Option, diag.Quote(word), strings.Join(volumeOptions, " "))
			}
			if propagation != "" && propagation != word {
				return diag.Usage("%s is both %s and %s", m.Option, propagation, word)
			}
			propagation = word
			if err := m.propagation(word); err != nil {
				return err
			}
		}
	}
	return nil
}

// propagation reads one of its words; the r at the beginning is for the mounts below.
func (m *Mount) propagation(word string) (err error) {
	m.TopOnly = true
	if word != "private" && word[0] == 'r' {
		m.TopOnly, word = false, word[1:]
	}
	m.Propagation, err = mount.ParsePropagation(word)
	return err
}

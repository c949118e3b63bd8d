//go:build linux

package rootfs

import (
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"
)

// ParseTmpfs reads DST[:OPTS], the argument of --tmpfs. The error is one of usage
// and quotes the part at fault.
func ParseTmpfs(spec string) (Mount, error) {
	m := Mount{Option: option("tmpfs", spec), Type: "tmpfs"}
	parts := fields(spec)
	if len(parts) > 2 {
		return m, diag.Usage(`%s has more than DST:OPTS: a colon in a path is written \:`, m.Option)
	}
	if err := m.destination(parts[0]); err != nil {
		return m, err
	}
	options := ""
	if len(parts) == 2 {
		options = parts[1]
	}
	fs, err := mount.TmpfsFS(options)
	if err != nil {
		return m, diag.Usage("%s: %v", m.Option, err)
	}
	m.Flags, m.Data = fs.Flags, fs.Data
	return m, nil
}

// ParseFS reads TYPE:SRC:DST[:OPTS], the argument of --fs. The options are those
// of mount(8): flags by name, and the rest is for the file system. The error is
// one of usage and quotes the part at fault.
func ParseFS(spec string) (Mount, error) {
	m := Mount{Option: option("fs", spec)}
	parts := fields(spec)
	switch {
	case len(parts) < 3:
		return m, diag.Usage("%s is not TYPE:SRC:DST[:OPTS]", m.Option)
	case parts[0] == "":
		return m, diag.Usage("%s: the type of the file system is missing", m.Option)
	case parts[0] == TypeBind:
		return m, diag.Usage("%s: bind is no type of file system: use --volume", m.Option)
	}
	m.Type, m.Source = parts[0], parts[1]
	if err := m.destination(parts[2]); err != nil {
		return m, err
	}
	if len(parts) == 3 {
		return m, nil
	}
	var err error
	// The options of some file systems have colons: only the first three separate.
	if m.Flags, m.Data, err = mount.ParseOptions(optionsOf(spec)); err != nil {
		return m, diag.Usage("%s: %v", m.Option, err)
	}
	return m, nil
}

// optionsOf is what follows the third colon of spec, as it stands.
func optionsOf(spec string) string {
	colons := 0
	for i := 0; i < len(spec); i++ {
		switch spec[i] {
		case '\\':
			i++
		case ':':
			if colons++; colons == 3 {
				return spec[i+1:]
			}
		}
	}
	return ""
}

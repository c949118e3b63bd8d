//go:build linux

package mount

import (
	"errors"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// errOption marks what fsconfig(2) cannot be told: its strings end at 255 bytes, and before
// Linux 6.5 overlay's may have no comma (legacy_parse_param() in fs/fs_context.c).
var errOption = errors.New("option not for fsconfig(2)")

const maxValue = 255 // of fsconfig(2)

// Tree makes the file system and attaches it nowhere: fsopen(2), fsconfig(2),
// fsmount(2). The error has, as its hint, what the kernel said about it, which
// mount(2) leaves to the kernel's log.
//
// Linux 5.2. An option that is longer than 255 bytes, or has a comma in it, is refused.
func (f FS) Tree() (*Tree, error) {
	if forceOldAPI {
		return nil, &diag.Error{Call: call("fsopen", quote(f.Type), "FSOPEN_CLOEXEC"), Err: unix.ENOSYS}
	}
	options := f.options()
	for _, o := range options {
		if len(o.value) > maxValue || strings.Contains(o.value, ",") {
			return nil, &diag.Error{Call: o.call(), Err: errOption}
		}
	}
	fs, err := unix.Fsopen(f.Type, unix.FSOPEN_CLOEXEC)
	if err != nil {
		return nil, &diag.Error{Call: call("fsopen", quote(f.Type), "FSOPEN_CLOEXEC"), Err: err}
	}
	defer unix.Close(fs)
	for _, o := range options {
		if err := retry(func() error { return o.set(fs) }); err != nil {
			return nil, explained(fs, o.call(), err)
		}
	}
	if err := retry(func() error { return unix.FsconfigCreate(fs) }); err != nil {
		return nil, explained(fs, call("fsconfig", "fs", "FSCONFIG_CMD_CREATE"), err)
	}
	attrs := f.attrs()
	fd, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, int(attrs))
	if err != nil {
		return nil, explained(fs, call("fsmount", "fs", "FSMOUNT_CLOEXEC", attrs.String()), err)
	}
	return &Tree{fd}, nil
}

// MountAt mounts the file system on a mount point. Before Linux 5.2, and for
// options that fsconfig(2) does not take, it is mount(2) on /proc/self/fd, which needs /proc.
func (f FS) MountAt(at Point) error {
	tree, err := f.Tree()
	if noCall(err) || errors.Is(err, errOption) {
		return f.Mount(fdPath(at.FD))
	}
	if err != nil {
		return err
	}
	defer tree.Close()
	err = tree.Attach(at.FD)
	if noCall(err) { // a filter may know one call and not the other
		return f.Mount(fdPath(at.FD))
	}
	return err
}

// explained adds what the kernel has written about it: lines of "e text", for
// errors, warnings (w) and information (i).
func explained(fs int, call string, err error) error {
	e := &diag.Error{Call: call, Err: err}
	line := make([]byte, 1024)
	for {
		n, err := unix.Read(fs, line)
		if err != nil || n <= 0 {
			return e
		}
		if text := string(line[:n]); strings.HasPrefix(text, "e ") {
			e.Hint = "the kernel says: " + diag.Escape(strings.TrimSpace(text[2:]))
		}
	}
}

// fsOption is one option of a file system as fsconfig(2) takes it.
type fsOption struct {
	key, value string
	bare       bool // no value
}

func (o fsOption) set(fs int) error {
	if o.bare {
		return unix.FsconfigSetFlag(fs, o.key)
	}
	return unix.FsconfigSetString(fs, o.key, o.value)
}

func (o fsOption) call() string {
	if o.bare {
		return call("fsconfig", "fs", "FSCONFIG_SET_FLAG", quote(o.key))
	}
	return call("fsconfig", "fs", "FSCONFIG_SET_STRING", quote(o.key), quote(o.value))
}

// options are what mount(2) takes as source, as flags of the whole file system
// and as data.
func (f FS) options() []fsOption {
	list := []fsOption{{key: "source", value: f.source()}}
	for _, s := range [...]struct {
		flag Flags
		key  string
	}{
		{unix.MS_RDONLY, "ro"}, {unix.MS_SYNCHRONOUS, "sync"}, {unix.MS_DIRSYNC, "dirsync"},
		{unix.MS_LAZYTIME, "lazytime"}, {unix.MS_MANDLOCK, "mand"},
	} {
		if f.Flags&s.flag != 0 {
			list = append(list, fsOption{key: s.key, bare: true})
		}
	}
	for _, word := range splitOptions(f.Data) {
		key, value, found := strings.Cut(word, "=")
		list = append(list, fsOption{key, value, !found})
	}
	return list
}

// splitOptions splits at the commas that no backslash precedes: in those of overlay
// a path may have one.
func splitOptions(data string) []string {
	var words []string
	start := 0
	add := func(end int) {
		if end > start {
			words = append(words, data[start:end])
		}
		start = end + 1
	}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case ',':
			add(i)
		}
	}
	add(len(data))
	return words
}

// attrs are the flags of the one mount, by their names for fsmount(2).
func (f FS) attrs() Attr {
	var attrs Attr
	for _, a := range [...]struct {
		flag Flags
		attr Attr
	}{
		{unix.MS_RDONLY, unix.MOUNT_ATTR_RDONLY}, {unix.MS_NOSUID, unix.MOUNT_ATTR_NOSUID},
		{unix.MS_NODEV, unix.MOUNT_ATTR_NODEV}, {unix.MS_NOEXEC, unix.MOUNT_ATTR_NOEXEC},
		{unix.MS_NOSYMFOLLOW, unix.MOUNT_ATTR_NOSYMFOLLOW}, {unix.MS_NODIRATIME, unix.MOUNT_ATTR_NODIRATIME},
	} {
		if f.Flags&a.flag != 0 {
			attrs |= a.attr
		}
	}
	switch { // values of one field
	case f.Flags&unix.MS_STRICTATIME != 0:
		attrs |= unix.MOUNT_ATTR_STRICTATIME
	case f.Flags&unix.MS_NOATIME != 0:
		attrs |= unix.MOUNT_ATTR_NOATIME
	}
	return attrs
}

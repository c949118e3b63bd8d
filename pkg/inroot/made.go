//go:build linux

package inroot

import (
	"strconv"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Made is one file or directory that [Create] has created.
type Made struct {
	dir      int // where it is
	name     string
	dev, ino uint64
	isDir    bool
}

// Close forgets it: what was created stays.
func (m Made) Close() { closeFD(m.dir) }

// Remove takes it away again when it is still what was created, and empty; when it is
// gone already all is well. Unmount first what is mounted on it.
//
// ESTALE: something else is there now, such as a mount. ENOTEMPTY: it is in use by
// now. Between this look and the removal a stranger with access to the directory
// can still put something of his own there, a file or an empty directory, and lose
// it: no call removes by descriptor.
func (m Made) Remove() error {
	st, err := m.stat()
	if err == nil {
		err = m.untouched(&st)
	}
	flags, names := 0, "0"
	if m.isDir {
		flags, names = unix.AT_REMOVEDIR, "AT_REMOVEDIR"
	}
	if err == nil {
		err = retry(func() error { return unix.Unlinkat(m.dir, m.name, flags) })
	}
	if err == nil || err == unix.ENOENT {
		return nil
	}
	return &diag.Error{Call: "unlinkat(dir, " + strconv.Quote(m.name) + ", " + names + ")", Err: err}
}

func (m *Made) stat() (st unix.Stat_t, err error) {
	err = retry(func() error { return unix.Fstatat(m.dir, m.name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	return st, err
}

// untouched is nil when st can be what was created; whether a directory is empty
// the removal will say.
func (m *Made) untouched(st *unix.Stat_t) error {
	kind := uint32(unix.S_IFREG)
	if m.isDir {
		kind = unix.S_IFDIR
	}
	switch {
	case uint64(st.Dev) != m.dev || st.Ino != m.ino || st.Mode&unix.S_IFMT != kind:
		return unix.ESTALE
	case !m.isDir && st.Size != 0:
		return unix.ENOTEMPTY
	}
	return nil
}

//go:build linux

package inroot

import (
	"strconv"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// make creates name here. The descriptor comes first, since without one nothing could
// be removed again.
func (w *walker) make(name string) error {
	m := Made{name: name, isDir: w.dir || !w.last()}
	var err error
	if m.dir, err = unix.FcntlInt(uintptr(w.here()), unix.F_DUPFD_CLOEXEC, 0); err != nil {
		return &diag.Error{Call: "fcntl(dir, F_DUPFD_CLOEXEC)", Err: err}
	}
	if err = retry(m.create); err != nil {
		m.Close()
		return &diag.Error{Call: m.createCall(w.at(name)), Err: err}
	}
	// Should something else be there already, it is not removed unless it is as empty.
	if st, err := m.stat(); err == nil {
		m.dev, m.ino = uint64(st.Dev), st.Ino
	}
	w.made = append(w.made, m)
	return nil
}

// create makes it, with its mode whatever the umask is. To change the mode afterwards
// would need a path, and could follow a link that has come meanwhile. Neither call
// follows a link or takes what is there already.
func (m *Made) create() error {
	defer unix.Umask(unix.Umask(0))
	if m.isDir {
		return unix.Mkdirat(m.dir, m.name, 0o755)
	}
	return unix.Mknodat(m.dir, m.name, unix.S_IFREG|0o644, 0)
}

func (m *Made) createCall(path string) string {
	if m.isDir {
		return "mkdirat(root, " + strconv.Quote(path) + ", 0755)"
	}
	return "mknodat(root, " + strconv.Quote(path) + ", S_IFREG|0644, 0)"
}

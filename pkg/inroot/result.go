//go:build linux

package inroot

// mountpoint walks, and makes what it has come to a Mountpoint.
func (w *walker) mountpoint(path string) (*Mountpoint, error) {
	defer w.toRoot()
	w.rest = path
	err := w.walk()
	if err == nil {
		var m *Mountpoint
		if m, err = w.result(); err == nil {
			return m, nil
		}
	}
	for i := len(w.made) - 1; i >= 0; i-- {
		// The first failure is the one to tell; what stays, a stranger has changed.
		_ = w.made[i].Remove()
		w.made[i].Close()
	}
	return nil, err
}

// result is what the walk has come to. The descriptors of the last two nodes are its.
func (w *walker) result() (*Mountpoint, error) {
	m := &Mountpoint{FD: -1, Dir: -1, Made: w.made}
	if found, ok := w.pop(); ok {
		m.FD, m.Name = found.fd, found.name
		if dir, ok := w.pop(); ok {
			m.Dir = dir.fd
			return m, nil
		}
	}
	top, err := openat(w.root, ".")
	if err != nil {
		m.Close()
		return nil, w.fail(".", err)
	}
	if m.FD < 0 {
		m.FD = top
	} else {
		m.Dir = top
	}
	return m, nil
}

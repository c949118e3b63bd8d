//go:build linux

package inroot

// At is where it is: the directory, open as O_PATH, and its name there. The
// descriptor belongs to m.
func (m Made) At() (dir int, name string) { return m.dir, m.name }

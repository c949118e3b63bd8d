//go:build linux

package inroot

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// The common cases, each with openat2(2) and without it.
func BenchmarkPaths(b *testing.B) {
	dir := b.TempDir()
	for _, err := range []error{os.MkdirAll(dir+"/a/b/c", 0o755), os.Symlink("/a/b/c", dir+"/link")} {
		if err != nil {
			b.Fatal(err)
		}
	}
	root, err := unix.Open(dir, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer unix.Close(root)
	for _, row := range []struct {
		name string
		fn   func() error
	}{
		{"Open", func() error {
			fd, err := Open(root, "/a/b/c")
			closeFD(fd)
			return err
		}},
		{"Find", func() error { return closed(Find(root, "/a/b/c")) }},
		{"Find a link", func() error { return closed(Find(root, "/link")) }},
		{"Create what exists", func() error { return closed(Create(root, "/a/b/c", true)) }},
		{"Create and remove a file", func() error { return closed(Create(root, "/a/b/file", false)) }},
		{"Create and remove three directories", func() error { return closed(Create(root, "/x/y/z", true)) }},
	} {
		for _, walk := range []bool{false, true} {
			name := row.name + ", openat2"
			if walk {
				name = row.name + ", walk"
			}
			b.Run(name, func(b *testing.B) {
				forceWalk = walk
				defer func() { forceWalk = false }()
				b.ReportAllocs()
				for b.Loop() {
					if err := row.fn(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// closed closes it, and removes what was created.
func closed(m *Mountpoint, err error) error {
	if err != nil {
		return err
	}
	m.Close()
	for i := len(m.Made) - 1; i >= 0; i-- {
		if err := m.Made[i].Remove(); err != nil {
			return err
		}
		m.Made[i].Close()
	}
	return nil
}

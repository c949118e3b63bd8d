//go:build linux

package rootfs

import (
	"fmt"
	"strings"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/inroot"

	"golang.org/x/sys/unix"
)

// source is what a bind shows, opened before anything is changed: a path is what
// the caller's working directory and mounts make of it.
type source struct {
	fd  int
	dir bool
}

// openSources adds the steps that open the sources of all volumes.
func (b *builder) openSources() {
	b.sources = make([]source, len(b.mounts))
	for i := range b.mounts {
		m := &b.mounts[i]
		if m.Type != TypeBind {
			continue
		}
		call := func() string { return fmt.Sprintf("%s = open(%q, O_PATH|O_CLOEXEC)", sourceName(i), m.Source) }
		b.add(call, nil, func() (err error) {
			b.sources[i], err = b.openSource(m)
			return diag.AddHint(step("open the source of "+m.Option, err), func(e *diag.Error) string { return sourceHint(m, e) })
		})
	}
}

func (b *builder) openSource(m *Mount) (source, error) {
	const flags = unix.O_PATH | unix.O_CLOEXEC
	fd, err := unix.Open(m.Source, flags, 0)
	if err == unix.ENOENT && m.Create {
		return b.createSource(m)
	}
	if err != nil {
		return source{}, &diag.Error{Call: fmt.Sprintf("open(%q, O_PATH|O_CLOEXEC)", m.Source), Err: err}
	}
	dir, err := isDir(fd)
	return source{fd, dir}, err
}

// createSource makes the missing directories of the source. A path of the caller
// begins at the root, or at the working directory, and may have "..": the kernel
// resolves what exists of it.
func (b *builder) createSource(m *Mount) (source, error) {
	parent, rest, err := openExisting(m.Source)
	if err != nil {
		return source{}, err
	}
	defer unix.Close(parent)
	at, err := inroot.Create(parent, rest, true)
	if err != nil {
		return source{}, err
	}
	b.made = append(b.made, at.Made...)
	unix.Close(at.Dir)
	return source{at.FD, true}, nil
}

// openExisting opens the part of a path that exists, and returns what does not.
func openExisting(path string) (fd int, rest string, err error) {
	const flags = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	names := strings.Split(path, "/")
	for n := len(names) - 1; n >= 0; n-- {
		existing := strings.Join(names[:n], "/")
		switch {
		case existing == "" && path[0] == '/':
			existing = "/"
		case existing == "":
			existing = "."
		}
		if fd, err = unix.Open(existing, flags, 0); err == nil {
			if isLink(fd, names[n]) {
				unix.Close(fd)
				return -1, "", &diag.Error{Call: fmt.Sprintf("open(%q, O_PATH|O_CLOEXEC)", path), Err: unix.ENOENT,
					Hint: diag.Quote(strings.Join(names[:n+1], "/")) + " is a link to nothing"}
			}
			return fd, strings.Join(names[n:], "/"), nil
		}
		if err != unix.ENOENT {
			return -1, "", &diag.Error{Call: fmt.Sprintf("open(%q, O_PATH|O_DIRECTORY|O_CLOEXEC)", existing), Err: err}
		}
	}
	return -1, "", &diag.Error{Call: `open(".", O_PATH|O_DIRECTORY|O_CLOEXEC)`, Err: err}
}

func isLink(dir int, name string) bool {
	var st unix.Stat_t
	return unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && st.Mode&unix.S_IFMT == unix.S_IFLNK
}

func sourceHint(m *Mount, e *diag.Error) string {
	switch diag.Errno(e) {
	case unix.ENOENT:
		if m.Create {
			return ""
		}
		return "nothing is there; add the option create to make it a directory: " + diag.Quote(escape(m.Source)+":"+escape(m.Destination)+":create")
	case unix.EACCES:
		return "the caller may not look there"
	}
	return ""
}

func isDir(fd int) (bool, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return false, &diag.Error{Call: "fstat", Err: err}
	}
	return st.Mode&unix.S_IFMT == unix.S_IFDIR, nil
}

func sourceName(i int) string { return fmt.Sprintf("source%d", i+1) }

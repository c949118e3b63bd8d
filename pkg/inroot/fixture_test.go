//go:build linux

package inroot

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The root directory, and what is outside of it, on a tmpfs that goes with the
// namespace of the child.
const (
	top     = "/tmp"
	inside  = "/tmp/r"
	outside = "/tmp/outside"
)

// tree makes below the root directory what specs say, and outside of it a file "canary".
// It returns the root directory, open until close is called.
//
//	dir PATH    file PATH    fifo PATH    socket PATH    symlink PATH TARGET
func tree(t *testing.T, specs ...string) (root int, close func()) {
	t.Helper()
	fatal(t, unix.Mount("tmpfs", top, "tmpfs", 0, "mode=755"))
	fatal(t, os.Mkdir(inside, 0o755))
	// Another file system, so that what is opened there shows by its device.
	fatal(t, os.Mkdir(outside, 0o755))
	fatal(t, unix.Mount("tmpfs", outside, "tmpfs", 0, "mode=777"))
	fatal(t, os.WriteFile(outside+"/canary", []byte("canary"), 0o644))
	for _, spec := range specs {
		plant(t, spec)
	}
	root, err := unix.Open(inside, unix.O_PATH|unix.O_CLOEXEC, 0)
	fatal(t, err)
	return root, func() { unix.Close(root) }
}

func plant(t *testing.T, spec string) {
	t.Helper()
	kind, path, _ := strings.Cut(spec, " ")
	target := ""
	if kind == "symlink" { // the other names may have spaces in them
		path, target, _ = strings.Cut(path, " ")
	}
	path = inside + "/" + path
	fatal(t, os.MkdirAll(filepath.Dir(path), 0o755))
	switch kind {
	case "dir":
		fatal(t, os.MkdirAll(path, 0o755))
	case "file":
		fatal(t, os.WriteFile(path, nil, 0o644))
	case "fifo":
		fatal(t, unix.Mkfifo(path, 0o644))
	case "socket":
		fatal(t, unix.Mknod(path, unix.S_IFSOCK|0o644, 0))
	case "symlink":
		fatal(t, os.Symlink(target, path))
	default:
		t.Fatalf("unknown kind in %q", spec)
	}
}

// listing is every name below dir, with its mode.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	fatal(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			lines = append(lines, info.Mode().String()+" "+path)
		}
		return err
	}))
	return strings.Join(lines, "\n")
}

// is reports whether fd is open on what is at path, a link itself included, and is O_PATH.
func is(t *testing.T, fd int, path string) bool {
	t.Helper()
	var got, want unix.Stat_t
	fatal(t, unix.Fstat(fd, &got))
	fatal(t, unix.Lstat(path, &want))
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	fatal(t, err)
	cloexec, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	fatal(t, err)
	return got.Dev == want.Dev && got.Ino == want.Ino && flags&unix.O_PATH != 0 && cloexec == unix.FD_CLOEXEC
}

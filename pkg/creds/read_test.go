//go:build linux

package creds

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// dirFD is a descriptor of a directory.
func dirFD(t *testing.T, path string) int {
	t.Helper()
	fd, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	fatal(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(path, text string) error { return os.WriteFile(path, []byte(text), 0o644) }

// What an enemy can lay at /etc/passwd. Nothing hangs, and nothing outside is read:
// there is a file "outside" next to the root.
var traps = []struct {
	why     string
	prepare func(root, path string) error
	want    string // what is read; "" for an error
	noLinks string // the same without openat2
	words   string // in the error
}{
	{"a file", func(_, path string) error { return write(path, "mine") }, "mine", "mine", ""},
	{"missing", func(string, string) error { return nil }, "", "", "(ENOENT)"},
	{"as much as is read", func(_, path string) error { return write(path, strings.Repeat("x", maxFile)) }, "x", "x", ""},
	{"one byte more", func(_, path string) error { return write(path, strings.Repeat("x", maxFile+1)) }, "", "", "(EFBIG)"},
	{"40 GiB of zeros", func(_, path string) error {
		return errors.Join(write(path, ""), os.Truncate(path, 40<<30))
	}, "", "", "(EFBIG)"},
	{"a FIFO", func(_, path string) error { return unix.Mkfifo(path, 0o644) }, "", "", "not a regular file"},
	{"a directory", func(_, path string) error { return os.Mkdir(path, 0o755) }, "", "", "not a regular file"},
	{"a socket", func(_, path string) error { return unix.Mknod(path, unix.S_IFSOCK|0o644, 0) }, "", "", "(ENXIO)"},
	{"a loop of links", func(_, path string) error { return os.Symlink("passwd", path) }, "", "", "(ELOOP)"},
	{"a link inside", func(root, path string) error {
		return errors.Join(write(root+"/real", "inside"), os.Symlink("/real", path))
	}, "inside", "", ""},
	{"a link up and out", func(_, path string) error { return os.Symlink("../../../../outside", path) }, "", "", "(ENOENT)"},
	{"a link to an absolute path outside", func(root, path string) error {
		return os.Symlink(filepath.Dir(root)+"/outside", path)
	}, "", "", "(ENOENT)"},
	{"/etc is a link out", func(root, path string) error {
		return errors.Join(os.Remove(root+"/etc"), os.Symlink("..", root+"/etc"))
	}, "", "", "(ENOENT)"},
	{"/etc is a file", func(root, path string) error {
		return errors.Join(os.Remove(root+"/etc"), write(root+"/etc", "x"))
	}, "", "", "(ENOTDIR)"},
}

func TestReadBelowARoot(t *testing.T) {
	for _, trap := range traps {
		t.Run(trap.why, func(t *testing.T) {
			top := t.TempDir()
			root := top + "/root"
			fatal(t, os.MkdirAll(root+"/etc", 0o755))
			fatal(t, errors.Join(write(top+"/outside", "outside"), write(top+"/passwd", "outside")))
			fatal(t, trap.prepare(root, root+"/etc/passwd"))
			fd := dirFD(t, root)
			text, err := Read(fd, "etc/passwd")
			if !strings.HasPrefix(string(text), trap.want) || (err == nil) != (trap.want != "") {
				t.Fatalf("%.20q, %v", text, err)
			}
			if err != nil && (!strings.HasPrefix(err.Error(), "read /etc/passwd: ") || !strings.Contains(shown(err), trap.words)) {
				t.Errorf("%s", shown(err))
			}
			withoutOpenat2(t, fd, trap.noLinks)
		})
	}
}

// shown is an error as diag prints it.
func shown(err error) string {
	var b strings.Builder
	diag.Print(&b, "test", err)
	return b.String()
}

// withoutOpenat2 is for kernels before 5.6.
func withoutOpenat2(t *testing.T, root int, want string) {
	t.Helper()
	fd, err := openNoLinks(root, "etc/passwd", unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC)
	if err == nil {
		defer unix.Close(fd)
	}
	text := []byte{}
	if err == nil {
		text, _ = readAll(fd) // nothing, of what Read takes for no file
	}
	if !strings.HasPrefix(string(text), want) || want == "" && len(text) > 0 {
		t.Errorf("without openat2: %.20q, %v", text, err)
	}
}

// A link in /proc does not lead where its text says, but to a file, wherever that is.
func TestReadFollowsNoMagicLink(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		fatal(t, unix.Mount("tmpfs", "/tmp", "tmpfs", 0, ""))
		fatal(t, errors.Join(os.MkdirAll("/tmp/r/etc", 0o755), os.Mkdir("/tmp/r/proc", 0o755)))
		fatal(t, unix.Mount("proc", "/tmp/r/proc", "proc", 0, ""))
		fatal(t, os.Symlink("/proc/self/root/etc/passwd", "/tmp/r/etc/passwd"))
		text, err := Read(dirFD(t, "/tmp/r"), "etc/passwd")
		if diag.Errno(err) != unix.ELOOP {
			t.Errorf("%q, %v", text, err)
		}
	})
}

// The caller's own files are trusted, files of /proc among them, which have no size.
func TestReadOfOnesOwn(t *testing.T) {
	for _, path := range []string{"etc/passwd", "proc/self/uid_map"} {
		want, err := os.ReadFile("/" + path)
		fatal(t, err)
		if got, err := Read(unix.AT_FDCWD, path); err != nil || string(got) != string(want) || len(got) == 0 {
			t.Errorf("/%s: %d bytes, %v", path, len(got), err)
		}
	}
}

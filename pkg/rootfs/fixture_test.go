//go:build linux

package rootfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// tree makes, on a tmpfs at /tmp that goes with the namespace of the child, what specs
// say, and returns /tmp:
//
//	dir PATH    file PATH    fifo PATH    socket PATH    symlink PATH TARGET
func tree(t *testing.T, specs ...string) string {
	t.Helper()
	const top = "/tmp"
	fatal(t, mount.FS{Type: "tmpfs", Data: "mode=755"}.Mount(top))
	for _, spec := range specs {
		kind, rest, _ := strings.Cut(spec, " ")
		path, target, _ := strings.Cut(rest, " ")
		path = filepath.Join(top, path)
		switch kind {
		case "dir":
			fatal(t, os.MkdirAll(path, 0o755))
		case "file":
			fatal(t, os.WriteFile(path, []byte("canary"), 0o644))
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
	return top
}

func mountTmpfs(t *testing.T, path string, flags mount.Flags) {
	t.Helper()
	fatal(t, mount.FS{Type: "tmpfs", Flags: flags, Data: "mode=755"}.Mount(path))
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

// entry is one line of a mount table.
type entry struct{ path, options, optional, fstype string }

// mounts reads a mount table: "self" for the outside, "thread-self" for the inside.
func mounts(t *testing.T, who string) []entry {
	t.Helper()
	table, err := os.ReadFile("/proc/" + who + "/mountinfo")
	if err != nil {
		t.Errorf("%v", err)
	}
	var list []entry
	for line := range strings.Lines(string(table)) {
		left, right, _ := strings.Cut(line, " - ")
		f := strings.Fields(left)
		list = append(list, entry{f[4], f[5], strings.Join(f[6:], " "), strings.Fields(right)[0]})
	}
	return list
}

// at is the topmost mount on path.
func at(t *testing.T, list []entry, path string) (found entry) {
	t.Helper()
	for _, e := range list {
		if e.path == path {
			found = e
		}
	}
	if found.path == "" {
		t.Errorf("nothing is mounted on %s", path)
	}
	return found
}

// paths are the mount points, sorted, without those below /sys and the device nodes,
// which depend on the machine and on who calls.
func paths(list []entry) string {
	var all []string
	for _, e := range list {
		device := strings.HasPrefix(e.path, "/dev/") && e.fstype != "tmpfs" && e.fstype != "devpts" && e.fstype != "mqueue"
		if !strings.HasPrefix(e.path, "/sys/") && !device {
			all = append(all, e.path)
		}
	}
	sort.Strings(all)
	return strings.Join(all, " ")
}

func inUserNamespace(t *testing.T) bool {
	t.Helper()
	uids, err := os.ReadFile("/proc/self/uid_map")
	fatal(t, err)
	return strings.Join(strings.Fields(string(uids)), " ") != "0 0 4294967295"
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// check is fatal for the inside.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// checkError compares an error with what is known of it; text is its beginning.
func checkError(t *testing.T, err error, errno unix.Errno, text, hint string) {
	t.Helper()
	var e *diag.Error
	if !errors.As(err, &e) {
		t.Errorf("got %v, want %s", err, text)
		return
	}
	if diag.Errno(err) != errno || !strings.HasPrefix(err.Error(), text) || e.Hint != hint {
		t.Errorf("got  %v\nhint %s\nwant %s (%v)\nhint %s", err, e.Hint, text, errno, hint)
	}
}

//go:build linux

package mounts_hostile_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// hostileRootfs is a root file system of the caller's own, so that mount points can be
// created in it, and a canary next to it.
func hostileRootfs(t *testing.T, c caller) (string, *canary) {
	t.Helper()
	root := nstest.Rootfs(t)
	give(t, c, root)
	return root, plant(t, root)
}

// give makes a tree the caller's.
func give(t *testing.T, c caller, dir string) {
	t.Helper()
	if !c.user {
		return
	}
	must(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, nstest.UserID, nstest.UserID)
	}))
}

// traps are what a root file system can have where a directory is expected. A link's
// OUT is the canary's directory.
var traps = []struct{ name, kind, to string }{
	{"an absolute link out", "link", "OUT"},
	{"a relative link out", "link", "../outside"},
	{"a link that climbs", "link", "/../../../../../../..OUT"},
	{"a link through /proc/1/root", "link", "/proc/1/rootOUT"},
	{"a link through /proc/self/root", "link", "/proc/self/rootOUT"},
	{"a link to the caller's working directory", "link", "/proc/self/cwd"},
	{"a link to an open descriptor", "link", "/proc/self/fd/3"},
	{"a link to the old root", "link", "/..OUT"},
	{"a link to a name of bwrap's", "link", "/oldrootOUT"},
	{"a link to nothing outside", "link", "OUT/new"},
	{"a link to a link out", "link", "escape"},
	{"a link in a loop", "link", "SELF"},
	{"a file", "file", ""},
	{"a FIFO", "fifo", ""},
	{"a socket", "socket", ""},
	{"a device node", "node", ""},
	{"missing", "none", ""},
}

// lay puts a trap at a path of the root file system, instead of what is there.
func lay(t *testing.T, path, kind, to string, outside string) {
	t.Helper()
	must(t, os.RemoveAll(path))
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	switch kind {
	case "link":
		to = strings.NewReplacer("OUT", outside, "SELF", filepath.Base(path)).Replace(to)
		must(t, os.Symlink(to, path))
	case "file":
		write(t, path, "", 0o644)
	case "fifo":
		must(t, unix.Mkfifo(path, 0o666))
	case "socket":
		must(t, unix.Mknod(path, unix.S_IFSOCK|0o666, 0))
	case "node":
		if os.Geteuid() != 0 {
			nstest.Skip(t, "only root makes device nodes")
		}
		must(t, unix.Mknod(path, unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))))
	}
}

// rootOnTmpfs is a root file system on a tmpfs of a child's own mount namespace.
func rootOnTmpfs(t *testing.T, c caller) (string, *canary) {
	t.Helper()
	from := nstest.Rootfs(t)
	dir := filepath.Dir(from)
	must(t, unix.Mount("tmpfs", "/mnt", "tmpfs", 0, "mode=755"))
	t.Cleanup(func() { must(t, unix.Unmount("/mnt", unix.MNT_DETACH)) })
	root := "/mnt/rootfs"
	if output, err := exec.Command("cp", "-a", filepath.Join(dir, "rootfs"), root).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	give(t, c, root)
	return root, plant(t, root)
}

// expand puts the source into options.
func expand(options []string, src string) []string {
	var list []string
	for _, o := range options {
		list = append(list, strings.ReplaceAll(o, "SRC", src))
	}
	return list
}

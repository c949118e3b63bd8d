//go:build linux

package mount

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// newRoot makes a directory with the caller's /proc and a mount in it.
func newRoot(t *testing.T) string {
	t.Helper()
	dir := workdir(t)
	root := mkdir(t, dir, "root")
	write(t, root+"/in the new root")
	fatal(t, Bind("/proc", mkdir(t, root, "proc")))
	fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOSUID}.Mount(mkdir(t, root, "sub")))
	return root
}

func TestPivotRootLeavesNoTraceOfTheOldRoot(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, err := AttachRoot(newRoot(t))
		fatal(t, err)
		if exists("/in the new root") || !exists("/../in the new root") {
			t.Fatal("attached, the new root is to be at /.. and not at /")
		}
		fatal(t, PivotRoot(root))
		fatal(t, DetachOldRoot(0, false))
		if !exists("/in the new root") || !exists("in the new root") || !exists("/../in the new root") {
			t.Error("/, . or /.. is not the new root")
		}
		table, err := os.ReadFile("/proc/self/mountinfo")
		fatal(t, err)
		for line := range strings.Lines(string(table)) {
			path := strings.Fields(line)[4]
			if path != "/" && path != "/sub" && !strings.HasPrefix(path, "/proc") {
				t.Errorf("left of the old root: %s", line)
			}
		}
		if options, _ := entry(t, "/sub"); !strings.Contains(options, "nosuid") {
			t.Errorf("the mount below the new root has lost its flags: %s", options)
		}
	})
}

func TestAttachRootKeepsTheFlagsOfTheMount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := newRoot(t)
		fatal(t, Restrict(openPath(t, dir+"/sub"), unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NODEV))
		root, err := AttachRoot(dir + "/sub")
		fatal(t, err)
		var st unix.Statfs_t
		fatal(t, unix.Fstatfs(root, &st))
		if want := int64(unix.ST_RDONLY | unix.ST_NODEV | unix.ST_NOSUID); int64(st.Flags)&want != want {
			t.Errorf("the flags are %#x", st.Flags)
		}
	})
}

func TestAttachRootRefusesWhatIsNoDirectory(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		write(t, dir+"/file")
		for path, want := range map[string]error{"/file": unix.ENOTDIR, "/missing": unix.ENOENT} {
			if _, err := AttachRoot(dir + path); !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", path, err, want)
			}
		}
	})
}

func TestPivotRootRefusesASharedRoot(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := newRoot(t)
		fatal(t, SetPropagation(dir+"/sub", Shared))
		root, err := AttachRoot(dir + "/sub")
		fatal(t, err)
		if err := PivotRoot(root); !errors.Is(err, unix.EINVAL) || !strings.HasPrefix(err.Error(), `pivot_root(".", "."): `) {
			t.Errorf("got %v", err)
		}
		fatal(t, MakePrivate("/.."))
		fatal(t, PivotRoot(root))
	})
}

func TestDetachOldRootMakesTheOldRootPrivateAndNothingElse(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := newRoot(t)
		fatal(t, SetPropagation(dir+"/sub", Shared))
		root, err := AttachRoot(dir)
		fatal(t, err)
		fatal(t, PivotRoot(root))
		fatal(t, DetachOldRoot(0, true))
		if _, optional := entry(t, "/sub"); !strings.HasPrefix(optional, "shared:") {
			t.Errorf("the new root's mount has %q", optional)
		}
	})
}

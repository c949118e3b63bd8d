//go:build linux

package mounts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// host is a directory on one kind of file system.
type host struct {
	name string
	dir  string
	from string // a root file system to copy
}

// onHost runs fn in a mount namespace in which /mnt is a tmpfs. What images are needed is
// made before, in the parent.
func onHost(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	nstest.RequireRoot(t)
	nstest.RequireUserNS(t)
	nstest.Tool(t, "nsrun") // built here, and not in the child
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		mountAt(t, "tmpfs", "/mnt", "mode=755")
		mountAt(t, "tmpfs", "/run", "mode=755") // where an old kernel has the tool copied to
		fn(t)
	})
}

// onEachHost runs fn for ROOTFS on a disk, on a tmpfs and on an overlay.
func onEachHost(t *testing.T, fn func(t *testing.T, h host)) {
	t.Helper()
	onHost(t, func(t *testing.T) {
		for _, h := range hosts(t) {
			t.Run(h.name, func(t *testing.T) { fn(t, h) })
		}
	})
}

func hosts(t *testing.T) []host {
	t.Helper()
	over := mkdir(t, "/mnt/overlay")
	mountAt(t, "overlay", over, "lowerdir="+mkdir(t, "/mnt/lower")+",upperdir="+mkdir(t, "/mnt/upper")+",workdir="+mkdir(t, "/mnt/work"))
	from := smallRootfs(t)
	return []host{
		{"on a disk", nstest.TempDir(t), from},
		{"on a tmpfs", mkdir(t, "/mnt/tmpfs"), from},
		{"on an overlay", over, from},
	}
}

// tools are those that the commands of the tests use.
const tools = " sh cat ls id stat touch rm mkdir mv ln chmod readlink grep sed head wc mount true "

// smallRootfs is nstest's with a /marker and without the hundreds of links that a busybox has, which
// take time to copy.
func smallRootfs(t *testing.T) string {
	t.Helper()
	path := nstest.Rootfs(t)
	write(t, path+"/marker", "in the root file system\n")
	entries, err := os.ReadDir(path + "/usr/bin")
	fatal(t, err)
	for _, e := range entries {
		if e.Type() == os.ModeSymlink && !strings.Contains(tools, " "+e.Name()+" ") {
			fatal(t, os.Remove(filepath.Join(path, "usr/bin", e.Name())))
		}
	}
	return path
}

// rootfs makes a root file system dir/rootfs that belongs to the caller, with a /marker.
func (h host) rootfs(t *testing.T, c caller) string {
	t.Helper()
	path := filepath.Join(h.dir, "rootfs")
	t.Cleanup(func() { fatal(t, os.RemoveAll(path)) })
	shell(t, "cp -a "+h.from+" "+path+" && chown -R "+c.owner()+" "+path)
	return path
}

// uid is the caller's uid outside.
func (c caller) uid() int {
	if c.user {
		return nstest.UserID
	}
	return 0
}

// owner is what chown(1) is to be told. Of a file whose group is not mapped an overlay can
// make no copy: EOVERFLOW.
func (c caller) owner() string { return fmt.Sprintf("%d:%d", c.uid(), c.uid()) }

// mkdir makes a directory of the caller's own.
func (c caller) mkdir(t *testing.T, path ...string) string {
	t.Helper()
	dir := mkdir(t, path...)
	fatal(t, os.Chown(dir, c.uid(), c.uid()))
	return dir
}

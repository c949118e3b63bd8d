//go:build linux

package rootfs

import (
	"slices"
	"strings"
	"testing"
)

// A root directory made by an enemy: the run is refused, or works; outside nothing is
// created, mounted, or covered.
func TestHostileRoots(t *testing.T) {
	traps := []struct{ name, spec string }{
		{"an absolute link", "symlink r/%s /tmp/outside"},
		{"a relative link", "symlink r/%s ../outside"},
		{"a link up and out", "symlink r/%s ../../../../../../tmp/outside"},
		{"a link through /proc", "symlink r/%s /proc/self/root/tmp/outside"},
		{"a link to nothing outside", "symlink r/%s /tmp/outside/new"},
		{"a link to the root", "symlink r/%s /"},
		{"a loop", "symlink r/%s %s"},
		{"a FIFO", "fifo r/%s"},
		{"a file", "file r/%s"},
	}
	for _, name := range []string{"proc", "dev", "sys"} {
		for _, trap := range traps {
			t.Run(name+" is "+trap.name, func(t *testing.T) {
				everywhere(t, func(t *testing.T, c Config) {
					top := tree(t, "dir r", "dir outside/dev", "file outside/canary", strings.ReplaceAll(trap.spec, "%s", name))
					c.Root = top + "/r"
					files, table := listing(t, top+"/outside"), mounts(t, "self")
					if err := run(t, c, func() {}); err == nil {
						t.Error("not refused")
					}
					if got := listing(t, top+"/outside"); got != files {
						t.Errorf("outside there are\n%s\ninstead of\n%s", got, files)
					}
					if got := mounts(t, "self"); !slices.Equal(got, table) {
						t.Errorf("outside the mounts are\n%v\ninstead of\n%v", got, table)
					}
				})
			})
		}
	}
}

// What is inside the fresh /dev is new: links of the root's own /dev count for nothing.
func TestTheDevOfTheRootIsCovered(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		top := tree(t, "dir r/dev", "dir outside", "file outside/canary",
			"symlink r/dev/pts /tmp/outside", "symlink r/dev/null /tmp/outside/canary", "symlink r/dev/ptmx /tmp/outside/canary",
			"symlink r/dev/shm ../../outside", "symlink r/dev/fd /tmp/outside")
		files := listing(t, top)
		c.Root = top + "/r"
		c.Proc, c.Sys = ProcNone, SysNone
		fatal(t, run(t, c, func() {}))
		if got := listing(t, top); got != files {
			t.Errorf("outside there are\n%s\ninstead of\n%s", got, files)
		}
	})
}

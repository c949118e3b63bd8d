//go:build linux

package holders

import (
	"os"
	"strings"
	"testing"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// In each row the numbers are mounts by their ids, in the order of their making: ID:PARENT:MOUNTPOINT.
func TestTree(t *testing.T) {
	for _, row := range []struct{ name, mounts, want string }{
		{"one", "2:1:/a", "/a#2"},
		{"below", "2:1:/a 3:2:/a/b 4:3:/a/b/c", "/a/b/c#4 /a/b#3 /a#2"},
		{"beside each other, the last first", "2:1:/a 3:2:/a/b 4:2:/a/c", "/a/c#4 /a/b#3 /a#2"},
		{"stacked", "2:1:/a 3:2:/a/b 4:3:/a/b 5:4:/a/b", "/a/b#5 /a/b#4 /a/b#3 /a#2"},
		{"a cover before what it hides", "2:1:/a 3:2:/a/b 4:3:/a/b/c 5:3:/a/b", "/a/b#5 /a/b/c#4 /a/b#3 /a#2"},
		{"a cover, made before what it hides", "2:1:/a 3:2:/a/b 5:3:/a/b 4:3:/a/b/c", "/a/b#5 /a/b/c#4 /a/b#3 /a#2"},
		{"what is on the cover first", "2:1:/a 3:2:/a 4:3:/a/d 5:2:/a/c", "/a/d#4 /a#3 /a/c#5 /a#2"},
		{"neighbours are left out", "2:1:/a 3:1:/ab 4:3:/ab/c", "/a#2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			table := []*mountinfo.Info{{ID: 1, Parent: 1, Mountpoint: "/"}}
			for text := range strings.FieldsSeq(row.mounts) {
				f := strings.Split(text, ":")
				table = append(table, &mountinfo.Info{ID: int(f[0][0] - '0'), Parent: int(f[1][0] - '0'), Mountpoint: f[2]})
			}
			place := &Place{ID: 2, Mount: byID(table, 2), Table: table}
			var got []string
			for _, m := range place.Tree() {
				got = append(got, m.Mountpoint+"#"+string(rune('0'+m.ID)))
			}
			if strings.Join(got, " ") != row.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " "), row.want)
			}
			if len(place.Below()) != len(got)-1 {
				t.Errorf("%d mounts below, want %d", len(place.Below()), len(got)-1)
			}
		})
	}
}

func TestFind(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, os.MkdirAll("/mnt/a/x (deleted)", 0o755))
		tmpfs(t, "/mnt/a/x (deleted)")
		fatal(t, os.Symlink("a", "/mnt/link"))
		for _, row := range []struct {
			path, resolved, mountpoint string
			isMountpoint, isRoot       bool
		}{
			{"/mnt/a", "/mnt/a", "/mnt/a", true, false},
			{"/mnt/link/", "/mnt/a", "/mnt/a", true, false},
			{"/mnt/a/..", "/mnt", "/mnt", true, false},
			{"/mnt/link", "/mnt/a", "/mnt/a", true, false},
			{"/mnt/a/x (deleted)", "/mnt/a/x (deleted)", "/mnt/a/x (deleted)", true, false},
			{"/usr", "/usr", "/", false, false},
			{"/", "/", "/", true, true},
			{"/mnt/..", "/", "/", true, true},
			{"/proc/self/root", "/", "/", true, true},
		} {
			place := find(t, row.path)
			if place.Path != row.resolved || place.Mount == nil || place.Mount.Mountpoint != row.mountpoint ||
				place.IsMountpoint() != row.isMountpoint || place.IsRoot() != row.isRoot {
				t.Errorf("%s: path %s, mount %+v, mount point %v, root %v", row.path, place.Path, place.Mount, place.IsMountpoint(), place.IsRoot())
			}
		}
	})
}

// A directory that is the same as the root, but by another mount, is not the root.
func TestABindMountOfTheRootIsNotTheRoot(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, os.Mkdir("/mnt/a/self", 0o755))
		fatal(t, os.Mkdir("/mnt/a/proc", 0o755))
		fatal(t, unix.Mount("/mnt/a", "/mnt/a/self", "", unix.MS_BIND, ""))
		fatal(t, unix.Mount("proc", "/mnt/a/proc", "proc", 0, ""))
		fatal(t, unix.Chroot("/mnt/a"))
		fatal(t, os.Chdir("/"))
		if place := find(t, "/self"); place.IsRoot() || !place.IsMountpoint() {
			t.Errorf("the bind mount: root %v, mount point %v", place.IsRoot(), place.IsMountpoint())
		}
		if place := find(t, "/self/.."); !place.IsRoot() {
			t.Error("the root is not the root")
		}
	})
}

func TestMounted(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		id := find(t, "/mnt/a").ID
		if here, err := Mounted(id); err != nil || !here {
			t.Errorf("mounted: %v, %v", here, err)
		}
		fatal(t, unix.Unmount("/mnt/a", 0))
		if here, err := Mounted(id); err != nil || here {
			t.Errorf("unmounted: %v, %v", here, err)
		}
	})
}

//go:build linux

package rootfs

import (
	"slices"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// propagations are what the optional fields of the mount table begin with afterwards,
// where all mounts outside are shared: for the root, and for a mount below it.
var propagations = []struct {
	p         mount.Propagation
	root, sub string
}{
	{mount.Private, "", ""},
	{mount.Slave, "master:", "master:"},
	{mount.Shared, "shared:", "shared:"},
	{mount.Unbindable, "unbindable", "unbindable"},
	{mount.Unchanged, "", "shared:"},
}

// Nothing shows outside, whatever the propagation: not the mounts that are made, and not
// the unmounting of the old root.
func TestPropagationWithARoot(t *testing.T) {
	for _, row := range propagations {
		for _, root := range []string{"/tmp/r", "/tmp/r/sub", "/"} {
			t.Run(row.p.String()+" of "+root, func(t *testing.T) {
				everywhere(t, func(t *testing.T, c Config) {
					tree(t, "dir r/sub")
					mountTmpfs(t, "/tmp/r/sub", 0)
					fatal(t, mount.SetPropagation("/", mount.Shared))
					c.Root, c.Propagation = root, row.p
					before := mounts(t, "self")
					fatal(t, run(t, c, func() {
						table := mounts(t, "thread-self")
						want := row.root
						if row.p == mount.Unchanged && canJoinPeers() && !(root == "/" && inUserNamespace(t)) {
							want = "shared:"
						}
						checkOptional(t, table, "/", want)
						sub := map[string]string{"/tmp/r": "/sub", "/": "/tmp/r/sub"}[root]
						if sub != "" {
							checkOptional(t, table, sub, row.sub)
						}
						outsideUnchanged(t, before)
					}))
					outsideUnchanged(t, before)
				})
			})
		}
	}
}

// canJoinPeers: Linux 5.15, and no filter. Of "/" not even then in a user namespace, where the mounts
// below it are locked to it.
func canJoinPeers() bool {
	err := unix.MoveMount(-1, "", -1, "", unix.MOVE_MOUNT_SET_GROUP|unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH)
	return err == unix.EBADF
}

func TestPropagationWithoutARoot(t *testing.T) {
	for _, row := range propagations {
		t.Run(row.p.String(), func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				fatal(t, mount.SetPropagation("/", mount.Shared))
				c.Propagation = row.p
				before := mounts(t, "self")
				fatal(t, run(t, c, func() {
					table := mounts(t, "thread-self")
					checkOptional(t, table, "/", row.sub) // nothing had to be made private
					if at(t, table, "/proc").fstype != "proc" || len(table) != len(before)+1 {
						t.Error("/proc is not fresh")
					}
					outsideUnchanged(t, before)
				}))
				outsideUnchanged(t, before)
			})
		})
	}
}

// What is mounted outside afterwards is seen inside with slave and shared; what is
// mounted inside is seen outside with shared alone.
func TestPropagationAfterwards(t *testing.T) {
	for _, row := range []struct {
		p       mount.Propagation
		in, out bool
	}{
		{mount.Private, false, false},
		{mount.Slave, true, false},
		{mount.Shared, true, true},
		{mount.Unbindable, false, false},
		{mount.Unchanged, true, true},
	} {
		t.Run(row.p.String(), func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r/sub")
				mountTmpfs(t, "/tmp/r/sub", 0)
				fatal(t, mount.SetPropagation("/", mount.Shared))
				fatal(t, unix.Mkdir("/tmp/r/sub/from outside", 0o755))
				fatal(t, unix.Mkdir("/tmp/r/sub/from inside", 0o755))
				c.Root, c.Propagation = "/tmp/r", row.p
				outside, carryOn := make(chan bool), make(chan bool)
				go func() {
					<-outside
					check(t, mount.FS{Type: "tmpfs"}.Mount("/tmp/r/sub/from outside"))
					close(carryOn)
				}()
				fatal(t, run(t, c, func() {
					close(outside)
					<-carryOn
					if got := has(mounts(t, "thread-self"), `/sub/from\040outside`); got != row.in {
						t.Errorf("seen inside: %v, want %v", got, row.in)
					}
					check(t, mount.FS{Type: "tmpfs"}.Mount("/sub/from inside"))
				}))
				if got := has(mounts(t, "self"), `/tmp/r/sub/from\040inside`); got != row.out {
					t.Errorf("seen outside: %v, want %v", got, row.out)
				}
			})
		})
	}
}

// A directory of a shared mount is no place for a mount that must not show.
func TestUnchangedRefusesAProcThatIsNoMountPoint(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Propagation = mount.Unchanged
		err := runAfter(t, func() {
			for unix.Unmount("/proc", unix.MNT_DETACH) == nil {
			}
		}, c, func() {})
		if inUser := c.NewUser; inUser {
			// The caller's /proc is locked and stays a mount point.
			fatal(t, err)
			return
		}
		if err == nil || !strings.Contains(err.Error(), "make the mount at /proc private") {
			t.Errorf("got %v", err)
		}
	})
}

func has(list []entry, path string) bool {
	return slices.ContainsFunc(list, func(e entry) bool { return e.path == path })
}

func checkOptional(t *testing.T, table []entry, path, want string) {
	t.Helper()
	got := at(t, table, path).optional
	if !strings.HasPrefix(got, want) || want == "" && got != "" {
		t.Errorf("%s has %q, want %q", path, got, want)
	}
}

func outsideUnchanged(t *testing.T, before []entry) {
	t.Helper()
	if diff := cmp.Diff(before, mounts(t, "self"), cmp.AllowUnexported(entry{})); diff != "" {
		t.Error("outside the mounts have changed:", diff)
	}
}

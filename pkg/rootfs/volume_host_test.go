//go:build linux

package rootfs

import (
	"os"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// The caller's "/" as a volume is what it was before the new root came to lie on it.
func TestVolumesOfTheCallersRoot(t *testing.T) {
	for _, row := range []struct {
		name   string
		config func(c *Config)
	}{
		{"with pivot_root", func(*Config) {}},
		{"without pivot_root", func(c *Config) { c.NoPivot = true }},
		{"with a layer", func(c *Config) { c.Overlay = true }},
		{"of a slave", func(c *Config) { c.Propagation = mount.Slave }},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r/proc", "file r/in", "file canary", "dir here", "file here/f")
				fatal(t, os.Chdir("/tmp/here"))
				before := mounts(t, "self")
				c = bare(c, volumes(t, "/:/host", ".:/here")...)
				row.config(&c)
				fatal(t, run(t, c, func() {
					checkThere(t, "/in /host/tmp/canary /host/tmp/r/in /host/proc/self !/host/in /here/f")
					if !has(mounts(t, "thread-self"), "/host/tmp") {
						t.Error("the mounts of the caller did not come along")
					}
				}))
				outsideUnchanged(t, before)
			})
		})
	}
}

// What a user namespace has inherited is locked together: no part of it can be left out.
func TestVolumesThatLeaveOutLockedMounts(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc")
		err := run(t, bare(c, volume(t, "/dev:/x:norec")), func() { checkThere(t, "/x/null !/x/pts/ptmx") })
		if !c.NewUser {
			fatal(t, err)
			return
		}
		checkError(t, err, unix.EINVAL, "mount --volume /dev:/x:norec: ",
			"mounts lie below the source, and in a user namespace they cannot be left out: leave norec away")
	})
}

// A mount of the root directory that is shared outside is no place for what must not show there; afterwards it
// is shared again.
func TestVolumesInASharedMountOfTheRoot(t *testing.T) {
	for _, p := range []mount.Propagation{mount.Shared, mount.Unchanged, mount.Slave} {
		t.Run(p.String(), func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r/proc", "dir r/sub", "dir a", "file a/f")
				mountTmpfs(t, "/tmp/r/sub", 0)
				fatal(t, os.Mkdir("/tmp/r/sub/new", 0o755))
				fatal(t, mount.SetPropagation("/", mount.Shared))
				before := mounts(t, "self")
				c = bare(c, volume(t, "/tmp/a:/sub/x"), tmpfs(t, "/sub/t"), volume(t, "/tmp/a:/y"))
				c.Propagation, c.Masks, c.ReadOnlys = p, []string{"/sub/x/f"}, []string{"/sub/t"}
				fatal(t, run(t, c, func() {
					checkThere(t, "/sub/x/f /sub/t /y/f")
					outsideUnchanged(t, before)
					check(t, mount.FS{Type: "tmpfs"}.Mount("/sub/new"))
				}))
				shown := has(mounts(t, "self"), "/tmp/r/sub/new")
				if want := p != mount.Slave && canJoinPeers(); shown != want {
					t.Errorf("a mount of inside is seen outside: %v, want %v", shown, want)
				}
				if !shown {
					outsideUnchanged(t, before)
				}
			})
		})
	}
}

//go:build linux

package rootfs

import (
	"io"
	"os"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

func TestMinimalDev(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root = tree(t, "dir r") + "/r"
		fatal(t, run(t, c, func() {
			checkDevices(t)
			for _, l := range links {
				if to, err := os.Readlink("/dev/" + l.name); err != nil || to != l.to {
					t.Errorf("/dev/%s leads to %q, %v", l.name, to, err)
				}
			}
			checkMode(t, "/dev", unix.S_IFDIR|0o755)
			checkMode(t, "/dev/pts", unix.S_IFDIR|0o755)
			checkMode(t, "/dev/shm", unix.S_IFDIR|unix.S_ISVTX|0o777)
			checkMode(t, "/dev/mqueue", unix.S_IFDIR|unix.S_ISVTX|0o777)
			checkMode(t, "/dev/pts/ptmx", unix.S_IFCHR|0o666)
			table := mounts(t, "thread-self")
			for path, want := range map[string]entry{
				"/dev":        {options: "rw,nosuid,noexec,relatime", fstype: "tmpfs"},
				"/dev/pts":    {options: "rw,nosuid,noexec,relatime", fstype: "devpts"},
				"/dev/shm":    {options: "rw,nosuid,nodev,noexec,relatime", fstype: "tmpfs"},
				"/dev/mqueue": {options: "rw,nosuid,nodev,noexec,relatime", fstype: "mqueue"},
			} {
				if got := at(t, table, path); got.options != want.options || got.fstype != want.fstype {
					t.Errorf("%s is %+v", path, got)
				}
			}
		}))
	})
}

// The group of terminals is that of the distributions where it can be.
func TestTheGroupOfTerminals(t *testing.T) {
	for _, row := range []struct {
		name  string
		child nstest.Child
		gid   uint32
	}{
		{"where it is mapped", nstest.Child{Cloneflags: unix.CLONE_NEWUSER, MapAll: true}, ttyGID},
		{"where it is not", nstest.Child{Cloneflags: unix.CLONE_NEWUSER, MapUser: true}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			nstest.InChild(t, row.child, func(t *testing.T) {
				c := Config{Root: tree(t, "dir r") + "/r", NewUser: true}
				fatal(t, run(t, c, func() {
					ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
					check(t, err)
					defer ptmx.Close()
					var st unix.Stat_t
					check(t, unix.Stat("/dev/pts/0", &st))
					if st.Gid != row.gid {
						t.Errorf("the group is %d", st.Gid)
					}
				}))
			})
		})
	}
}

// checkDevices tells devices by what they do, and by their numbers.
func checkDevices(t *testing.T) {
	t.Helper()
	for _, d := range devices {
		var st unix.Stat_t
		check(t, unix.Lstat("/dev/"+d.name, &st))
		if uint64(st.Rdev) != unix.Mkdev(d.major, d.minor) || st.Mode != unix.S_IFCHR|0o666 {
			t.Errorf("/dev/%s has mode %#o and number %#x", d.name, st.Mode, st.Rdev)
		}
	}
	check(t, os.WriteFile("/dev/null", []byte("x"), 0))
	zero, err := os.Open("/dev/zero")
	check(t, err)
	defer zero.Close()
	if _, err := io.ReadFull(zero, make([]byte, 8)); err != nil {
		t.Error(err)
	}
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	check(t, err)
	defer ptmx.Close()
	checkMode(t, "/dev/pts/0", unix.S_IFCHR|0o620)
}

func checkMode(t *testing.T, path string, want uint32) {
	t.Helper()
	var st unix.Stat_t
	check(t, unix.Lstat(path, &st))
	if st.Mode != want {
		t.Errorf("%s has mode %#o, want %#o", path, st.Mode, want)
	}
}

func TestWithoutANewIPCNamespaceThereAreNoQueues(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root, c.NewIPC = tree(t, "dir r")+"/r", false
		fatal(t, run(t, c, func() {
			if got := at(t, mounts(t, "thread-self"), "/dev").fstype; got != "tmpfs" {
				t.Errorf("/dev is %s", got)
			}
			checkMode(t, "/dev/mqueue", unix.S_IFDIR|0o755)
		}))
	})
}

func TestDevHostIsTheDevOfTheCaller(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root, c.Dev = tree(t, "dir r")+"/r", DevHost
		var outside, inside unix.Stat_t
		fatal(t, unix.Stat("/dev", &outside))
		fatal(t, run(t, c, func() {
			check(t, unix.Stat("/dev", &inside))
			at(t, mounts(t, "thread-self"), "/dev")
		}))
		if outside.Dev != inside.Dev || outside.Ino != inside.Ino {
			t.Error("/dev is another one")
		}
	})
}

func TestNoneMountsNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root = tree(t, "dir r") + "/r"
		c.Proc, c.Dev, c.Sys = ProcBind, DevNone, SysNone
		fatal(t, run(t, c, func() {
			for _, e := range mounts(t, "thread-self") {
				if e.path != "/" && e.fstype != "proc" {
					t.Errorf("mounted: %+v", e)
				}
			}
		}))
	})
}

// A container's /dev may have anything under a device's name.
func TestADeviceThatIsNoneIsRefused(t *testing.T) {
	for _, fake := range []string{"/tmp/fake", "/dev/full"} {
		t.Run(fake, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				c.Root = tree(t, "dir r", "file fake") + "/r"
				c.NewUser = true // the caller's nodes are taken
				fatal(t, mount.Bind(fake, "/dev/zero"))
				err := run(t, c, func() {})
				if err == nil || err.Error() != "create /dev/zero: no such device (ENODEV)" {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

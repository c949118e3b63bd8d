//go:build linux

package rootfs

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

func TestProc(t *testing.T) {
	const fresh = "rw,nosuid,nodev,noexec,relatime"
	for _, row := range []struct {
		name   string
		mode   Proc
		noRoot bool
		newPID bool
		fresh  bool
	}{
		{name: "auto with a new PID namespace is fresh", mode: ProcAuto, newPID: true, fresh: true},
		{name: "auto without one is the caller's", mode: ProcAuto},
		{name: "mount is fresh", mode: ProcMount, fresh: true},
		{name: "bind is the caller's", mode: ProcBind, newPID: true},
		{name: "auto with a new PID namespace and no root is fresh", mode: ProcAuto, newPID: true, noRoot: true, fresh: true},
		{name: "auto with neither is the caller's", mode: ProcAuto, noRoot: true},
		{name: "none without a root is the caller's", mode: ProcNone, newPID: true, noRoot: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r")
				c.Root, c.Proc, c.NewPID = "/tmp/r", row.mode, row.newPID
				if row.noRoot {
					c.Root = ""
				}
				fatal(t, os.Chdir("/tmp"))
				var outside, inside unix.Stat_t
				fatal(t, unix.Stat("/proc", &outside))
				before := len(mounts(t, "self"))
				fatal(t, run(t, c, func() {
					check(t, unix.Stat("/proc", &inside))
					table := mounts(t, "thread-self")
					if got := at(t, table, "/proc").options; row.fresh && got != fresh {
						t.Errorf("/proc is mounted %s", got)
					}
					if self, err := os.Readlink("/proc/self"); err != nil || self != strconv.Itoa(os.Getpid()) {
						t.Errorf("/proc/self is %q, %v", self, err)
					}
					if added := len(table) - before; row.noRoot && added != 0 && !(row.fresh && added == 1) {
						t.Errorf("%d mounts more than outside", added)
					}
					if wd, _ := os.Getwd(); row.noRoot && wd != "/tmp" {
						t.Errorf("the working directory has become %s", wd)
					}
				}))
				// Since Linux 5.8 each procfs is a file system of its own.
				if isFresh := outside.Dev != inside.Dev; isFresh != row.fresh {
					t.Errorf("fresh: %v, want %v", isFresh, row.fresh)
				}
			})
		})
	}
}

func TestACallersProcThatIsNoneIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root, c.Proc = tree(t, "dir r", "dir fake/self")+"/r", ProcBind
		fatal(t, mount.Bind("/tmp/fake", "/proc"))
		err := run(t, c, func() { t.Error("the steps went through") })
		if err == nil || !strings.HasPrefix(err.Error(), "check what is mounted on /proc: ") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAutoNeedsNoProcOfTheCaller(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root, c.NewPID = tree(t, "dir r")+"/r", false
		// In a user namespace the last one is locked, and can be bound.
		detachAll := func() {
			for unix.Unmount("/proc", unix.MNT_DETACH) == nil {
			}
		}
		fatal(t, runAfter(t, detachAll, c, func() {
			if got := at(t, mounts(t, "thread-self"), "/proc").fstype; got != "proc" {
				t.Errorf("/proc is %s", got)
			}
		}))
	})
}

func TestSysIsReadOnlyAllTheWayDown(t *testing.T) {
	for _, newNet := range []bool{false, true} {
		for _, p := range places {
			name := p.name
			if newNet {
				p.child.Cloneflags |= unix.CLONE_NEWNET
				name += " with a new network namespace"
			}
			t.Run(name, func(t *testing.T) {
				nstest.InChild(t, p.child, func(t *testing.T) {
					c := Config{Root: tree(t, "dir r") + "/r", NewPID: true, NewUser: inUserNamespace(t), NewNet: newNet}
					fatal(t, run(t, c, func() { checkSys(t, !c.NewUser || newNet) }))
				})
			})
		}
	}
}

func checkSys(t *testing.T, fresh bool) {
	t.Helper()
	if err := os.Mkdir("/sys/x", 0o755); !errors.Is(err, unix.EROFS) {
		t.Errorf("writing to /sys gives %v", err)
	}
	for _, e := range mounts(t, "thread-self") {
		below := strings.HasPrefix(e.path, "/sys/")
		if !below && e.path != "/sys" {
			continue
		}
		var st unix.Statfs_t // not the table, where covered mounts are listed too
		if unix.Statfs(e.path, &st) != nil {
			continue
		}
		const want = unix.ST_RDONLY | unix.ST_NOSUID | unix.ST_NODEV | unix.ST_NOEXEC
		if st.Flags&want != want {
			t.Errorf("%s has the flags %#x", e.path, st.Flags)
		}
		if below && fresh && st.Type != unix.SYSFS_MAGIC {
			t.Errorf("%s is mounted in a fresh /sys", e.path)
		}
	}
	if _, err := os.Stat("/sys/class/net/lo"); err != nil {
		t.Error(err)
	}
}

func TestSysRW(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root, c.Sys = tree(t, "dir r")+"/r", SysRW
		fatal(t, run(t, c, func() {
			got := at(t, mounts(t, "thread-self"), "/sys").options
			if !strings.HasPrefix(got, "rw,nosuid,nodev,noexec") {
				t.Errorf("/sys is mounted %s", got)
			}
		}))
	})
}

func TestSysWithoutARoot(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		before := mounts(t, "self")
		c.Sys = SysRO
		fatal(t, run(t, c, func() { checkSys(t, false) }))
		if after := mounts(t, "self"); !slices.Equal(before, after) {
			t.Error("outside the mounts have changed")
		}
	})
}

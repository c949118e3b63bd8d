//go:build linux

package rootfs

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// These hold whatever the root directory is.
func TestRootDirectories(t *testing.T) {
	for _, row := range []struct {
		name    string
		specs   []string
		prepare func(t *testing.T)
		root    string
		also    string // a mount point of the root directory itself
	}{
		{name: "a plain directory with the mount points",
			specs: []string{"dir r/proc", "dir r/dev", "dir r/sys"}, root: "/tmp/r"},
		{name: "an empty directory", specs: []string{"dir r"}, root: "/tmp/r"},
		{name: "a path with a slash at its end", specs: []string{"dir r"}, root: "/tmp/r/"},
		{name: "a relative path", specs: []string{"dir r"}, root: "r",
			prepare: func(t *testing.T) { fatal(t, os.Chdir("/tmp")) }},
		{name: "the working directory", specs: []string{"dir r"}, root: ".",
			prepare: func(t *testing.T) { fatal(t, os.Chdir("/tmp/r")) }},
		{name: "a symbolic link", specs: []string{"dir r", "symlink l r"}, root: "/tmp/l"},
		{name: "a name of odd bytes", specs: []string{"dir \x1b\xff\n'\"\\"}, root: "/tmp/\x1b\xff\n'\"\\"},
		{name: "a mount point", specs: []string{"dir r"}, root: "/tmp/r",
			prepare: func(t *testing.T) { mountTmpfs(t, "/tmp/r", 0) }},
		{name: "a directory with a mount below it", specs: []string{"dir r/sub"}, root: "/tmp/r", also: "/sub",
			prepare: func(t *testing.T) { mountTmpfs(t, "/tmp/r/sub", 0) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, row.specs...)
				if row.prepare != nil {
					row.prepare(t)
				}
				c.Root = row.root
				before := mounts(t, "self")
				fatal(t, run(t, c, func() {
					want := strings.Fields("/ /dev /dev/mqueue /dev/pts /dev/shm /proc /sys " + row.also)
					slices.Sort(want)
					if got := paths(mounts(t, "thread-self")); got != strings.Join(want, " ") {
						t.Errorf("mounted: %s\nwant:    %s", got, want)
					}
					if wd, err := os.Getwd(); err != nil || wd != "/" {
						t.Errorf("the working directory is %q, %v", wd, err)
					}
					checkEscape(t)
				}))
				if after := mounts(t, "self"); !slices.Equal(before, after) {
					t.Errorf("outside the mounts have changed:\n%v\n%v", before, after)
				}
			})
		})
	}
}

// checkEscape looks for the old root in the places where one would.
func checkEscape(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/..", "../..", "/proc/../..", "/dev/../../..", "/proc/thread-self/root", "/proc/thread-self/cwd"} {
		var root, other unix.Stat_t
		check(t, unix.Stat("/", &root))
		check(t, unix.Stat(path, &other))
		if root.Dev != other.Dev || root.Ino != other.Ino {
			t.Errorf("%s is not the new root", path)
		}
	}
}

func TestTheRootItselfCanBeTheRoot(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "file canary")
		c.Root = "/"
		before := mounts(t, "self")
		fatal(t, run(t, c, func() {
			inside := mounts(t, "thread-self")
			if got := at(t, inside, "/dev").fstype; got != "tmpfs" {
				t.Errorf("/dev is %s", got)
			}
			if _, err := os.Stat("/tmp/canary"); err != nil {
				t.Error("a mount of the root did not come along:", err)
			}
			if n := len(slices.DeleteFunc(inside, func(e entry) bool { return e.path != "/" })); n != 1 {
				t.Errorf("there are %d mounts on /", n)
			}
		}))
		if after := mounts(t, "self"); !slices.Equal(before, after) {
			t.Errorf("outside the mounts have changed:\n%v\n%v", before, after)
		}
	})
}

func TestTheFlagsOfTheRootAreKept(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r")
		mountTmpfs(t, "/tmp/r", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC)
		for _, dir := range []string{"proc", "dev", "sys"} {
			fatal(t, os.Mkdir("/tmp/r/"+dir, 0o755))
		}
		fatal(t, mount.Mount("none", "/tmp/r", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""))
		c.Root = "/tmp/r"
		fatal(t, run(t, c, func() {
			if got := at(t, mounts(t, "thread-self"), "/").options; got != "ro,nosuid,nodev,noexec,relatime" {
				t.Errorf("the new root is mounted %s", got)
			}
		}))
	})
}

func TestFailuresNameWhatIsWrong(t *testing.T) {
	for _, row := range []struct {
		name    string
		specs   []string
		prepare func(t *testing.T)
		errno   unix.Errno
		text    string
		hint    string
	}{
		{name: "no such directory", errno: unix.ENOENT, text: "make the root directory /tmp/r a mount"},
		{name: "a socket or the like", prepare: func(t *testing.T) { fatal(t, unix.Mkfifo("/tmp/r", 0o600)) },
			errno: unix.ENOTDIR, text: "make the root directory /tmp/r a mount"},
		{name: "a read-only root without mount points", specs: []string{"dir r"},
			prepare: func(t *testing.T) { mountTmpfs(t, "/tmp/r", unix.MS_RDONLY) },
			errno:   unix.EROFS, text: "create the mount point /proc in the new root",
			hint: "create the directory proc in /tmp/r, or use --proc=none"},
		{name: "/proc is a link", specs: []string{"dir r/other", "symlink r/proc other"},
			errno: unix.ENOTDIR, text: "open the mount point /proc",
			hint: "proc in /tmp/r is a link or a file and has to be a directory; or use --proc=none"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, row.specs...)
				if row.prepare != nil {
					row.prepare(t)
				}
				c.Root = "/tmp/r"
				err := run(t, c, func() { t.Error("the steps went through") })
				var e *diag.Error
				if !errors.As(err, &e) {
					t.Fatalf("got %v", err)
				}
				if !errors.Is(err, row.errno) || !strings.Contains(err.Error(), row.text) || e.Hint != row.hint {
					t.Errorf("got %v\nhint %q", err, e.Hint)
				}
			})
		})
	}
}

func TestAFileThatIsNoImage(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "file r")
		c.Root = "/tmp/r"
		err := run(t, c, func() { t.Error("the steps went through") })
		if !diag.IsUsage(err) || !strings.HasPrefix(err.Error(), "the image /tmp/r has none of the file systems that can be told apart") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnUnbindableRootNeedsPrivate(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root = tree(t, "dir r") + "/r"
		// In the new namespace, as Linux 6.18 does not copy this property into it.
		unbindable := func() { check(t, mount.SetPropagation("/tmp", mount.Unbindable)) }
		c.Propagation = mount.Unchanged
		err := runAfter(t, unbindable, c, func() { t.Error("the steps went through") })
		var e *diag.Error
		if !errors.Is(err, unix.EINVAL) || !errors.As(err, &e) || !strings.Contains(e.Hint, "use --propagation=private") {
			t.Errorf("got %v", err)
		}
		c.Propagation = mount.Private
		fatal(t, runAfter(t, unbindable, c, func() {}))
	})
}

func TestAChrootIsNamed(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir jail/r")
		c.Root = "/r"
		err := runAfter(t, func() { check(t, unix.Chroot("/tmp/jail")) }, c, func() { t.Error("the steps went through") })
		var e *diag.Error
		if !errors.Is(err, unix.EINVAL) || !errors.As(err, &e) || !strings.Contains(e.Hint, "chroot") {
			t.Errorf("got %v", err)
		}
	})
}

func TestANameWithNULIsAnErrorOfUsage(t *testing.T) {
	_, err := (&Config{Root: "a\x00b"}).Steps()
	if !diag.IsUsage(err) {
		t.Errorf("got %v", err)
	}
}

//go:build linux

package rootfs

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// userNamespace is a descriptor of a user namespace in which 0 is 1000 of here.
func userNamespace(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("/bin/sleep", "60")
	ids := []syscall.SysProcIDMap{{HostID: 1000, Size: 1}}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER, UidMappings: ids, GidMappings: ids, Pdeathsig: syscall.SIGKILL}
	fatal(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	fd, err := unix.Open("/proc/"+strconv.Itoa(cmd.Process.Pid)+"/ns/user", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	fatal(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// The steps take what was made outside, each at its place.
func TestOutside(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		tree(t, "dir r/proc", "dir a/sub", "file a/f", "dir x")
		image := ext4(t)
		c := bare(Config{NewPID: true, NewUser: true}, volume(t, "/tmp/a:/b"), volume(t, "/tmp/a:/m:idmap,ro"), otherFS(t, "ext4:"+image+":/i:ro"),
			volume(t, "/tmp/new/source:/n:idmap,create"))
		if !c.NeedsOutside() {
			t.Fatal("nothing is to be done outside")
		}
		trees, undo, err := c.Outside(userNamespace(t))
		fatal(t, err)
		c.Trees = func() (map[int]*mount.Tree, error) { return trees, nil }
		fatal(t, run(t, c, func() {
			checkThere(t, "/b/f /m/f /i/f /n")
			for path, want := range map[string]uint32{"/b/f": 0, "/m/f": 1000, "/n": 1000, "/i/f": 0} {
				var st unix.Stat_t
				check(t, unix.Stat(path, &st))
				if st.Uid != want {
					t.Errorf("%s belongs to %d", path, st.Uid)
				}
			}
			checkReadOnly(t, "/m")
		}))
		checkThere(t, "/tmp/new/source")
		undo()
		checkThere(t, "!/tmp/new /tmp/a")
	})
}

func TestAnImageThatWasMountedOutsideAsTheRoot(t *testing.T) {
	nstest.RequireRoot(t)
	for _, overlay := range []bool{false, true} {
		t.Run("overlay: "+strconv.FormatBool(overlay), func(t *testing.T) {
			nstest.InChild(t, places[0].child, func(t *testing.T) {
				tree(t)
				c := Config{Root: ext4(t), NewPID: true, NewUser: true, Overlay: overlay}
				trees, _, err := c.Outside(0)
				fatal(t, err)
				c.Trees = func() (map[int]*mount.Tree, error) { return trees, nil }
				fatal(t, run(t, c, func() {
					checkThere(t, "/f /dev/null")
					checkEscape(t)
				}))
			})
		})
	}
}

func TestNeedsOutside(t *testing.T) {
	everywhere(t, func(t *testing.T, _ Config) {
		tree(t, "dir r", "file image")
		mapped, image := volume(t, "/tmp/r:/x:idmap"), otherFS(t, "ext4:/tmp/image:/x")
		for _, row := range []struct {
			name string
			c    Config
			want bool
		}{
			{"nothing", Config{NewUser: true}, false},
			{"a directory", Config{Root: "/tmp/r", NewUser: true}, false},
			{"an image", Config{Root: "/tmp/image", NewUser: true}, true},
			{"an image without a user namespace", Config{Root: "/tmp/image"}, false},
			{"a volume", Config{Mounts: volumes(t, "/tmp/image:/x"), NewUser: true}, false},
			{"a mapped volume", Config{Mounts: []Mount{mapped}, NewUser: true}, true},
			{"an image among the mounts", Config{Mounts: []Mount{image}, NewUser: true}, true},
			{"one without a user namespace", Config{Mounts: []Mount{image}}, false},
			{"a file system without a source", Config{Mounts: []Mount{otherFS(t, "tmpfs:/tmp/image:/x")}, NewUser: true}, false},
			{"a source that is no file", Config{Mounts: []Mount{otherFS(t, "ext4:/tmp/r:/x")}, NewUser: true}, false},
		} {
			if got := row.c.NeedsOutside(); got != row.want {
				t.Errorf("%s: %v", row.name, got)
			}
		}
	})
}

// What cannot be done outside says why.
func TestOutsideThatCannotBe(t *testing.T) {
	const mapped = "an id-mapped mount needs CAP_SYS_ADMIN where its file system was mounted, for most that is root of the machine: run it as root, or leave idmap away"
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r", "dir a", "file image")
		c = bare(c, volume(t, "/tmp/no:/x:idmap"))
		c.NewUser = true
		_, undo, err := c.Outside(-1)
		undo()
		checkError(t, err, unix.ENOENT, "mount --volume /tmp/no:/x:idmap: ", "nothing is there; add the option create to make it a directory: /tmp/no:/x:create")
		c.Mounts = []Mount{otherFS(t, "auto:/tmp/image:/x")}
		if _, _, err = c.Outside(-1); !diag.IsUsage(err) {
			t.Errorf("a file that is no image: %v", err)
		}
		c.Mounts, c.Root = nil, "/tmp/image"
		if _, _, err = c.Outside(-1); !diag.IsUsage(err) {
			t.Errorf("a root that is no image: %v", err)
		}
		for errno, want := range map[unix.Errno]string{unix.ENOSYS: "id-mapped mounts need Linux 5.12", unix.EPERM: mapped, unix.EIO: ""} {
			if got := idmapHint(&diag.Error{Err: errno}); got != want {
				t.Errorf("%v: %s", errno, got)
			}
		}
	})
}

// Steps whose trees nobody has made are a fault of the program.
func TestAMappedVolumeThatNobodyHasMade(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc", "dir a")
		c = bare(c, volume(t, "/tmp/a:/x:idmap"))
		c.NewUser = true
		if err := run(t, c, func() {}); !diag.IsBug(err) {
			t.Errorf("got %v", err)
		}
		failed := func() (map[int]*mount.Tree, error) { return nil, os.ErrClosed }
		if c.Trees = failed; run(t, c, func() {}) != os.ErrClosed {
			t.Error("the error of the other side is lost")
		}
	})
}

//go:build linux

package mount

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"nskit.dev/nskit/internal/nstest"

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

func TestATreeIsSeenByNobodyUntilItIsAttached(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, func(t *testing.T) {
				dir := workdir(t)
				source, target := mkdir(t, dir, "source"), mkdir(t, dir, "target")
				fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, source, "sub")))
				write(t, source+"/sub/f")
				before, err := os.ReadFile("/proc/self/mountinfo")
				fatal(t, err)
				for _, recursive := range []bool{false, true} {
					tree, err := CloneTree(openPath(t, source), recursive)
					fatal(t, err)
					if now, err := os.ReadFile("/proc/self/mountinfo"); err != nil || string(now) != string(before) {
						t.Errorf("the tree is in the mount table: %v", err)
					}
					if got := exists("/proc/self/fd/" + strconv.Itoa(tree.FD()) + "/sub/f"); got != recursive {
						t.Errorf("recursive %v: the mount below is there: %v", recursive, got)
					}
					fatal(t, NewTree(tree.FD()).Attach(openPath(t, target)))
					fatal(t, Unmount(target, Lazy|NoFollow))
					fatal(t, tree.Close())
				}
			})
		})
	}
}

func TestTreesThatCannotBe(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		dir := workdir(t)
		write(t, dir+"/file")
		tree, err := CloneTree(openPath(t, dir), true)
		fatal(t, err)
		defer tree.Close()
		const attach = `, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH): `
		if err := tree.Attach(openPath(t, dir+"/file")); !errors.Is(err, unix.EINVAL) || !strings.Contains(err.Error(), attach) {
			t.Errorf("a directory on a file: %v", err)
		}
		const want = `open_tree(-1, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH): bad file descriptor (EBADF)`
		if _, err := CloneTree(-1, false); err == nil || err.Error() != want {
			t.Errorf("of no descriptor: %v", err)
		}
		forceOldAPI = true
		if _, err := CloneTree(openPath(t, dir), true); !errors.Is(err, unix.ENOSYS) {
			t.Errorf("without the call: %v", err)
		}
	})
}

// JoinPeers makes a private copy a peer again.
func TestJoinPeers(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, func(t *testing.T) {
				top := sharedTree(t)
				copied := mkdir(t, "/tmp", "copy")
				fatal(t, BindAt(openPath(t, top), point(t, copied), false, Change{}))
				mkdir(t, top, "new")
				if err := JoinPeers(openPath(t, copied), openPath(t, top)); !errors.Is(err, unix.EINVAL) {
					t.Errorf("from a private mount: %v", err)
				}
				fatal(t, JoinPeers(openPath(t, top), openPath(t, copied)))
				_, one := entry(t, top)
				_, other := entry(t, copied)
				if one != other || !strings.HasPrefix(one, "shared:") {
					t.Errorf("they have %q and %q", one, other)
				}
				fatal(t, FS{Type: "tmpfs"}.Mount(copied+"/new"))
				entry(t, top+"/new")
				if err := JoinPeers(openPath(t, top), openPath(t, copied)); !errors.Is(err, unix.EINVAL) {
					t.Errorf("of a shared mount: %v", err)
				}
				const want = `move_mount(a, "", b, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH|MOVE_MOUNT_SET_GROUP)`
				if got := JoinPeersCall("a", "b"); got != want {
					t.Errorf("the call is %s", got)
				}
			})
		})
	}
}

func TestBelow(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		top := mkdir(t, dir, "top")
		fatal(t, FS{Type: "tmpfs"}.Mount(top))
		want := map[string]bool{}
		for _, path := range []string{top + "/a b", top + "/a b/deep", top + "/tab\tnew\nline\\"} {
			fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, path)))
			want[path] = true
		}
		fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, top, "covered", "hidden")))
		fatal(t, FS{Type: "tmpfs"}.Mount(top+"/covered"))
		want[top+"/covered"] = true
		fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, dir, "top2")))
		fds, err := Below(openPath(t, top))
		fatal(t, err)
		for _, fd := range fds {
			path, err := os.Readlink(fdPath(fd))
			if err != nil || !want[path] {
				t.Errorf("%q is not below, or there twice: %v", path, err)
			}
			delete(want, path)
			fatal(t, unix.Close(fd))
		}
		if len(want) > 0 {
			t.Errorf("missing: %v", want)
		}
		if _, err := Below(-1); err == nil || !strings.HasPrefix(err.Error(), "list the mounts below the root: ") {
			t.Errorf("of no descriptor: %v", err)
		}
	})
}

func TestID(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		fatal(t, FS{Type: "tmpfs"}.Mount(mkdir(t, dir, "other")))
		id, err := ID(openPath(t, dir))
		fatal(t, err)
		table, err := os.ReadFile("/proc/self/mountinfo")
		fatal(t, err)
		if !strings.Contains("\n"+string(table), "\n"+strconv.FormatUint(id, 10)+" ") {
			t.Errorf("no mount has the id %d", id)
		}
		old, err := oldID(openPath(t, mkdir(t, dir, "plain")))
		if err != nil || old != id {
			t.Errorf("the old way gives %d, %v, not %d", old, err, id)
		}
		if other, err := ID(openPath(t, dir+"/other")); err != nil || other == id {
			t.Errorf("another mount has %d, %v", other, err)
		}
		if _, err := ID(-1); !errors.Is(err, unix.ENOENT) {
			t.Errorf("of no descriptor: %v", err)
		}
	})
}

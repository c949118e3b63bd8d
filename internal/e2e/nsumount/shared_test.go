//go:build linux

package nsumount_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// shared makes /mnt shared, and starts a process in a copy of the mount namespace that has
// this propagation.
func sharedWith(t *testing.T, propagation, command string) (pid int) {
	t.Helper()
	fatal(t, unix.Mount("", "/mnt", "", unix.MS_SHARED, ""))
	return sleeper(t, func(cmd *exec.Cmd) {
		cmd.Args = []string{"sh", "-c", "mount --make-r" + propagation + ` / && ` + command + ` && exec "$@"`, "sh"}
		cmd.Path = "/bin/sh"
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	})
}

func mountedFor(t *testing.T, pid int, path string) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/mountinfo")
	fatal(t, err)
	return strings.Contains(string(table), " "+path+" ")
}

func TestUnmountingTravelsToPeers(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/gone")
		pid := sharedWith(t, "slave", "true")
		tmpfs(t, "/mnt/a")
		if !mountedFor(t, pid, "/mnt/a") {
			t.Fatal("the mount did not travel")
		}
		works(t, "/mnt/a")
		if mountedFor(t, pid, "/mnt/a") {
			t.Error("the unmounting did not travel")
		}
		mounted(t, "/mnt/a", 0)
	})
}

// The copy in another mount namespace is in use, and so the mount is busy here.
func TestBusyByACopyInAnotherMountNamespace(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a") // before the namespace is copied: its user is in the copy
		pid := sharedWith(t, "slave", "cd /mnt/a")
		hint := fmt.Sprintf("hint: in use by PID %d (sleep: cwd; also mounted in its mount namespace, on /mnt/a)", pid)
		refuses(t, []string{"/mnt/a"}, busyA, hint+remedy)
		refuses(t, []string{"--expire=0.2", "/mnt/a"},
			`/mnt/a is still in use after 0.2 s: umount2("/mnt/a", MNT_EXPIRE): device or resource busy (EBUSY)`, hint+remedy)
		works(t, "--lazy", "/mnt/a")
		if mountedFor(t, pid, "/mnt/a") {
			t.Error("it is still mounted in the other namespace")
		}
	})
}

// Where nothing propagates, a user of the copy is in nobody's way.
func TestUsersOfAPrivateCopyAreNotInTheWay(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		pid := sharedWith(t, "private", "cd /mnt/a")
		user := sleeperIn(t, "/mnt/a")
		refuses(t, []string{"/mnt/a"}, busyA, inUse("cwd", user))
		fatal(t, syscall.Kill(user, syscall.SIGKILL))
		works(t, "--expire=9", "/mnt/a")
		if !mountedFor(t, pid, "/mnt/a") {
			t.Error("the private copy has gone too")
		}
	})
}

// A peer within the same mount namespace.
func TestBusyByACopyBesideIt(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, unix.Mount("", "/mnt", "", unix.MS_SHARED, ""))
		fatal(t, os.MkdirAll("/mnt/dir/a", 0o755))
		tmpfs(t, "/mnt/peer")
		fatal(t, unix.Mount("/mnt/dir", "/mnt/peer", "", unix.MS_BIND, ""))
		fatal(t, unix.Mount("tmpfs", "/mnt/dir/a", "tmpfs", 0, ""))
		pid := sleeperIn(t, "/mnt/peer/a")
		refuses(t, []string{"/mnt/dir/a"}, `umount2("/mnt/dir/a", 0): device or resource busy (EBUSY)`,
			fmt.Sprintf("hint: in use by PID %d (sleep: cwd; also mounted on /mnt/peer/a)", pid)+remedy)
	})
}

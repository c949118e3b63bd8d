//go:build linux

package diag

import (
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

// keepRefused provokes the failure and returns the hint.
func keepRefused(t *testing.T, pid int, kind nsfs.Kind, file string, want unix.Errno) (hint string) {
	t.Helper()
	source := "/proc/" + strconv.Itoa(pid) + "/ns/" + kind.String()
	if errno := Errno(unix.Mount(source, file, "", unix.MS_BIND, "")); errno != want {
		t.Fatalf("bind %s on %s: errno %q, want %q", source, file, unix.ErrnoName(errno), unix.ErrnoName(want))
	}
	return HintBind(file, kind, want)
}

func TestKeepANamespaceOnADirectory(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		pid := hold(t, nil)
		says(t, keepRefused(t, pid, nsfs.UTS, place, unix.ENOTDIR), place+" is a directory")
	})
}

func TestKeepAMountNamespaceInItself(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		touch(t, place+"/mnt")
		pid := hold(t, nil)
		says(t, keepRefused(t, pid, nsfs.Mnt, place+"/mnt", unix.EINVAL), "older than itself")
	})
}

func TestKeepAMountNamespaceOnASharedMount(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t, "a", "b")
		mount(t, "tmpfs", place+"/a", "tmpfs", 0)
		touch(t, place+"/a/mnt")
		share(t, place+"/a")
		mount(t, place+"/a", place+"/b", "", unix.MS_BIND) // where it would appear, too
		pid := hold(t, &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS})
		says(t, keepRefused(t, pid, nsfs.Mnt, place+"/a/mnt", unix.EINVAL),
			place+"/a/mnt is on the shared mount "+place+"/a", "mount --make-private "+place+"/a")
	})
}

func TestKeepANamespaceWithoutPrivileges(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		touch(t, place+"/uts")
		says(t, ask(t, unix.EPERM, asUser(), "bind "+place+"/uts"), "a bind mount needs CAP_SYS_ADMIN")
	})
}

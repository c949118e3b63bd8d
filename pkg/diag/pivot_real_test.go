//go:build linux

package diag

import (
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// pivotRefused provokes the failure and returns the hint.
func pivotRefused(t *testing.T, newRoot string, want unix.Errno) (hint string) {
	t.Helper()
	if errno := Errno(unix.PivotRoot(newRoot, newRoot)); errno != want {
		t.Fatalf("pivot_root(%q): errno %q, want %q", newRoot, unix.ErrnoName(errno), unix.ErrnoName(want))
	}
	return HintPivot(newRoot, want)
}

func TestPivotToASharedMount(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		share(t, place)
		says(t, pivotRefused(t, place, unix.EINVAL), "the mount "+place+", on which the new root is, is shared", "--make-rprivate")
	})
}

func TestPivotFromASharedRoot(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		share(t, "/")
		says(t, pivotRefused(t, place, unix.EINVAL), "the mount /, on which the new root is mounted, is shared", "--propagation private")
	})
}

func TestPivotToADirectoryThatIsNoMountPoint(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t, "new root")
		says(t, pivotRefused(t, place+"/new root", unix.EINVAL), "is no mount point", "`mount --bind \""+place+"/new root\"")
	})
}

func TestPivotToTheRoot(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		want := unix.EBUSY
		if !here.initialUser() { // where the root is a locked mount
			want = unix.EINVAL
		}
		says(t, pivotRefused(t, "/", want), "is the root already")
	})
}

// In a chroot to a mount point the root mount is known on every machine.
func TestPivotToADirectoryOfTheRootMount(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		ownPlace(t, "proc", "new")
		mount(t, "proc", place+"/proc", "proc", 0)
		says(t, ask(t, unix.EBUSY, nil, "chroot "+place+" pivot /new"), "/new is a plain directory of the root mount", "`mount --bind /new /new`")
	})
}

func TestPivotInAChroot(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		ownPlace(t, "root/proc", "root/new")
		mount(t, "proc", place+"/root/proc", "proc", 0)
		mount(t, "tmpfs", place+"/root/new", "tmpfs", 0)
		says(t, ask(t, unix.EINVAL, nil, "chroot "+place+"/root pivot /new"), "root is a chroot", "--no-pivot")
	})
}

func TestPivotToALockedMount(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		says(t, ask(t, unix.EINVAL, mappedUser(unix.CLONE_NEWNS), "pivot "+place), "locked", "`mount --rbind`")
	})
}

func TestPivotToAnotherMountNamespace(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := hold(t, &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS})
		root := "/proc/" + strconv.Itoa(pid) + "/root"
		says(t, pivotRefused(t, root, unix.EINVAL), "not in this mount namespace's table")
	})
}

func TestPivotWithoutPrivileges(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		ownPlace(t)
		says(t, ask(t, unix.EPERM, asUser(), "pivot "+place), "pivot_root needs CAP_SYS_ADMIN")
	})
}

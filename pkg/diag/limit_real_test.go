//go:build linux

package diag

import (
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

// ownUserNS is a child that is root in a user namespace of its own, whose
// limits it may set.
var ownUserNS = nstest.Child{Cloneflags: unix.CLONE_NEWUSER, MapUser: true}

// setLimit sets a limit of the user namespace of this process, and never that
// of the machine.
func setLimit(t *testing.T, kind nsfs.Kind, value string) {
	t.Helper()
	if here.initialUser() {
		t.Fatal("not in a user namespace of this test's own")
	}
	if err := os.WriteFile(kind.LimitFile(), []byte(value), 0); err != nil {
		t.Fatal(err)
	}
}

// refused provokes the failure and returns the hint.
func refused(t *testing.T, kinds nsfs.Kind, want unix.Errno) (hint string) {
	t.Helper()
	errno := provoke(kinds)
	if errno != want {
		t.Fatalf("creating %v: errno %q, want %q", kinds, unix.ErrnoName(errno), unix.ErrnoName(want))
	}
	return HintCreate(kinds, errno)
}

func TestLimitZero(t *testing.T) {
	nstest.InChild(t, ownUserNS, func(t *testing.T) {
		for _, kind := range nsfs.Kinds {
			setLimit(t, kind, "0")
			says(t, refused(t, kind, unix.ENOSPC),
				kind.LimitFile()+" is 0", "`sysctl -w user.max_"+kind.String()+"_namespaces=15000`")
			setLimit(t, kind, "100")
		}
	})
}

func TestLimitReached(t *testing.T) {
	nstest.InChild(t, ownUserNS, func(t *testing.T) {
		for _, kind := range nsfs.Kinds {
			// The mount namespace of this child counts already.
			if setLimit(t, kind, "1"); kind != nsfs.Mnt {
				hold(t, &syscall.SysProcAttr{Unshareflags: uintptr(kind)})
			}
			says(t, refused(t, kind, unix.ENOSPC), kind.LimitFile()+" = 1", "user.max_"+kind.String()+"_namespaces=15000")
			setLimit(t, kind, "100")
		}
	})
}

func TestLimitOfOneOfSeveralKinds(t *testing.T) {
	nstest.InChild(t, ownUserNS, func(t *testing.T) {
		setLimit(t, nsfs.Mnt, "1")
		says(t, refused(t, nsfs.UTS|nsfs.Mnt|nsfs.IPC, unix.ENOSPC), "/proc/sys/user/max_mnt_namespaces = 1")
		says(t, refused(t, nsfs.User|nsfs.Mnt, unix.ENOSPC), "/proc/sys/user/max_mnt_namespaces = 1")
	})
}

// In the inner user namespace the limit reads as if there were none.
func TestLimitOfAnOuterUserNamespace(t *testing.T) {
	nstest.InChild(t, ownUserNS, func(t *testing.T) {
		setLimit(t, nsfs.UTS, "0")
		says(t, ask(t, unix.ENOSPC, mappedUser(0), creating(nsfs.UTS)),
			"a user namespace around this one has reached its user.max_uts_namespaces")
	})
}

func TestUserNamespacesNestedTooDeep(t *testing.T) {
	nstest.InChild(t, ownUserNS, func(t *testing.T) {
		says(t, ask(t, unix.ENOSPC, nil, "nest"), "nested 32 deep", "max_user_namespaces")
	})
}

func TestPIDNamespacesNestedTooDeep(t *testing.T) {
	for name, child := range map[string]nstest.Child{"in the caller's user namespace": {}, "in one without limits": ownUserNS} {
		t.Run(name, func(t *testing.T) {
			nstest.InChild(t, child, func(t *testing.T) {
				says(t, ask(t, unix.ENOSPC, nil, "nestpid"), "PID namespaces are nested 32 deep")
			})
		})
	}
}

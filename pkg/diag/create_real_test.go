//go:build linux

package diag

import (
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

func TestUnprivilegedUser(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		says(t, ask(t, unix.EPERM, asUser(), creating(nsfs.UTS)),
			"create the UTS namespace needs CAP_SYS_ADMIN", "--user --map-root-user")
	})
}

func TestUnprivilegedUserWithoutUserNamespaces(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWUSER, MapAll: true}, func(t *testing.T) {
		setLimit(t, nsfs.User, "0")
		says(t, ask(t, unix.EPERM, asUser(), creating(nsfs.UTS|nsfs.Net)),
			"UTS and network namespaces", "CAP_SYS_ADMIN", "as root", "/proc/sys/user/max_user_namespaces is 0")
	})
}

func TestUnmappedUser(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		attr := mappedUser(0)
		attr.UidMappings, attr.GidMappings = nil, nil
		says(t, ask(t, unix.EPERM, attr, creating(nsfs.User)), "user id", "no mapping", "/proc/self/uid_map")
	})
}

func TestChrootedCaller(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		ownPlace(t, "root/proc")
		mount(t, "proc", place+"/root/proc", "proc", 0)
		says(t, ask(t, unix.EPERM, nil, "chroot "+place+"/root "+creating(nsfs.User)), "in a chroot (its root is no mount)", "pivot_root")
	})
}

func TestCallerChrootedToAMountPoint(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		ownPlace(t, "proc")
		mount(t, "proc", place+"/proc", "proc", 0)
		says(t, ask(t, unix.EPERM, nil, "chroot "+place+" "+creating(nsfs.User)), "in a chroot (its root is "+place+" of its mount namespace)")
	})
}

func TestSeccompFilter(t *testing.T) {
	deny := func(t *testing.T, names ...string) []string { return nstest.Deny(t, unix.EPERM, names...) }
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		says(t, ask(t, unix.EPERM, nil, creating(nsfs.User), deny(t, "unshare")...), "seccomp filter", "--security-opt seccomp=unconfined")
		says(t, ask(t, unix.EPERM, nil, creating(nsfs.UTS), deny(t, "unshare:CLONE_NEWUTS")...), "seccomp filter", "--privileged")
		says(t, ask(t, unix.EPERM, mappedUser(unix.CLONE_NEWNS|unix.CLONE_NEWPID), "proc "+place, deny(t, "mount")...), "seccomp filter")
	})
}

// The kernel has the files of these namespaces, so that it does not lack them,
// whatever refused them.
func TestAKindThatTheKernelHasIsNotCalledMissing(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		under := nstest.Deny(t, unix.EINVAL, "unshare:CLONE_NEWTIME", "unshare:CLONE_NEWCGROUP")
		for _, kind := range []nsfs.Kind{nsfs.Time, nsfs.Cgroup} {
			if hint := ask(t, unix.EINVAL, nil, creating(kind), under...); nsfs.Supported(kind) && hint != "" {
				t.Errorf("hint %q, want none", hint)
			}
		}
	})
}

func TestNoFalseCauseOfNamespacesThatCanBeMade(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		for _, kind := range nsfs.Kinds {
			if errno := try(kind); errno != 0 {
				t.Errorf("trying %v: %v", kind, errno)
			}
		}
		says(t, HintCreate(nsfs.User, unix.EPERM), "security module")
		if hint := HintCreate(nsfs.UTS, unix.EPERM) + HintInsideUser(unix.EPERM); hint != "" {
			t.Errorf("hint %q, want none", hint)
		}
	})
}

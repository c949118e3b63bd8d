//go:build linux

package diag

import (
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

var (
	sysPtrace = strconv.Itoa(unix.CAP_SYS_PTRACE)
	sysChroot = strconv.Itoa(unix.CAP_SYS_CHROOT)
)

func TestJoinAProcessOfAnotherUser(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := hold(t, nil)
		says(t, ask(t, unix.EACCES, asUser(), about("open", pid)),
			"process "+strconv.Itoa(pid)+" belongs to user 0, and this process to user "+strconv.Itoa(nstest.UserID), "as root or as that user")
	})
}

func TestJoinAProtectedProcess(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := holdProtected(t, asUser())
		says(t, ask(t, unix.EACCES, asUser(), about("open", pid)), "is protected (not dumpable")
	})
}

func TestJoinAProcessOfAnAncestorUserNamespace(t *testing.T) {
	for name, child := range map[string]nstest.Child{"the caller's": {}, "one with the same map": ownUserNS} {
		t.Run(name, func(t *testing.T) {
			nstest.InChild(t, child, func(t *testing.T) {
				pid := hold(t, nil)
				says(t, ask(t, unix.EACCES, mappedUser(0), about("open", pid)), "is in a user namespace that is not below this one", "(on the host)")
			})
		})
	}
}

// A process of the user's, in a user namespace that root made.
func TestJoinAProcessOfAnotherUsersUserNamespace(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		attr := mappedUser(0)
		attr.UidMappings[0].HostID, attr.GidMappings[0].HostID = nstest.UserID, nstest.UserID
		attr.Credential = asUser().Credential
		attr.Credential.Uid, attr.Credential.Gid = 0, 0
		pid := hold(t, attr)
		says(t, ask(t, unix.EACCES, asUser(), about("open", pid)), "is in a user namespace that another user made")
	})
}

func TestJoinAProcessWithMoreCapabilities(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := hold(t, nil)
		says(t, ask(t, unix.EACCES, nil, about("open", pid, sysPtrace)), "has CAP_SYS_PTRACE, which this process lacks")
	})
}

func TestJoinANamespaceOfAnAncestorUserNamespace(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		says(t, ask(t, unix.EPERM, mappedUser(0), "setns self uts"), "the UTS namespace of process", "belongs to a user namespace that is not below this one")
	})
}

func TestJoinWithoutPrivileges(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := hold(t, asUser())
		says(t, ask(t, unix.EPERM, asUser(), about("setns", pid, "uts")), "joining the UTS namespace", "needs CAP_SYS_ADMIN", "--user")
	})
}

func TestJoinAMountNamespaceWithoutChroot(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := hold(t, nil)
		says(t, ask(t, unix.EPERM, nil, about("setns", pid, "mnt", sysChroot)), "CAP_SYS_CHROOT besides CAP_SYS_ADMIN")
	})
}

func TestJoinTheOwnUserNamespace(t *testing.T) {
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		pid := hold(t, nil)
		says(t, ask(t, unix.EINVAL, nil, about("setns", pid, "user")), "in that user namespace already", "leave --user out")
	})
}

func TestJoinUnderASeccompFilter(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWUTS}, func(t *testing.T) {
		pid := hold(t, nil)
		says(t, ask(t, unix.EPERM, nil, about("setns", pid, "uts"), nstest.Deny(t, unix.EPERM, "setns")...), "seccomp filter")
	})
}

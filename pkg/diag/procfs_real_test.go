//go:build linux

package diag

import (
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// ownProc is a child with a complete /proc of its own.
var ownProc = nstest.Child{Cloneflags: unix.CLONE_NEWPID}

// container are the namespaces of a rootless container.
const container = unix.CLONE_NEWNS | unix.CLONE_NEWPID

func TestProcWithACoveredFile(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		mount(t, "/dev/null", "/proc/version", "", unix.MS_BIND)
		says(t, ask(t, unix.EPERM, mappedUser(container), "proc "+place),
			"/proc is partly hidden by mounts on /proc/version,", "unmask=ALL", "systempaths=unconfined", "--proc=bind")
	})
}

func TestProcWithCoveredDirectories(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		mount(t, "tmpfs", "/proc/sys", "tmpfs", 0)
		mount(t, "tmpfs", "/proc/irq", "tmpfs", 0)
		says(t, ask(t, unix.EPERM, mappedUser(container), "proc "+place), "mounts on /proc/sys, /proc/irq,")
	})
}

func TestProcOfAPIDNamespaceFurtherOut(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		says(t, ask(t, unix.EPERM, mappedUser(unix.CLONE_NEWNS), "proc "+place), "belongs to a user namespace further out", "--pid")
	})
}

func TestProcWithoutPrivileges(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		says(t, ask(t, unix.EPERM, asUser(), "proc "+place), "mounting needs CAP_SYS_ADMIN", "--user --map-root-user")
	})
}

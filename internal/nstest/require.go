//go:build linux

package nstest

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// RequireRoot skips the test unless it runs with effective uid 0 and CAP_SYS_ADMIN.
//
// In a child of [InChild] it asks nothing before the child's function runs: there the
// lines above InChild are run a second time, perhaps as the unprivileged user, and the
// parent has asked already.
func RequireRoot(t testing.TB) {
	t.Helper()
	if this != nil && !this.running {
		return
	}
	if os.Geteuid() != 0 || !hasSysAdmin() {
		Skip(t, "needs root with CAP_SYS_ADMIN")
	}
}

// RequireUserNS skips the test unless the caller, or [UserID] where the caller is root,
// can make a user namespace.
func RequireUserNS(t testing.TB) {
	t.Helper()
	requireMain(t)
	if this != nil && !this.running { // see RequireRoot
		return
	}
	// As a process of the user's own from its start: os/exec makes the namespaces before
	// it changes the credentials.
	cmd := exec.Command(sharedBinary(t), userNSArg)
	if os.Geteuid() == 0 {
		AsUser(cmd)
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		Skip(t, "no user namespace can be made here: %s", bytes.TrimSpace(output))
	}
}

// userNSArg is the argument of a test binary that is to make a user namespace.
const userNSArg = "-nstest.userns"

func userNSMain() int {
	cmd := exec.Command("/bin/true")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER}
	if err := cmd.Run(); err != nil {
		return fail("%v", err)
	}
	return 0
}

// RequireCommand skips the test unless name is found in PATH, and returns where.
func RequireCommand(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Skip(t, "%s is not installed", name)
	}
	return path
}

func hasSysAdmin() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return false
	}
	return data[0].Effective&(1<<unix.CAP_SYS_ADMIN) != 0
}

//go:build linux

package nstest

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// UserID is the uid and the gid of the unprivileged user of the tests. It is a number
// only: no test needs a passwd entry for it, and no file of the machine belongs to it.
const UserID = 54321

// AsUser makes cmd run as [UserID] without supplementary groups. The caller is root.
func AsUser(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: UserID, Gid: UserID}
}

// drop makes this process UserID for good.
func drop() error {
	if err := unix.Setgroups(nil); err != nil {
		return err
	}
	if err := unix.Setresgid(UserID, UserID, UserID); err != nil {
		return err
	}
	return unix.Setresuid(UserID, UserID, UserID)
}

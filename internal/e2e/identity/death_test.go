//go:build linux

package identity_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// The kernel clears the death signal of a process that changes its ids (prctl(2)): unshare(1)
// loses it with -S and -G.
func TestDeathSignalAfterAChangeOfIDs(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "rootfs", 0, 0)
		for _, row := range []struct {
			caller  caller
			options string
		}{
			{root, "--fork -S 5"},
			{root, "--fork -G 5"},
			{root, "--fork -S 5 -G 5 --groups 6"},
			{root, "--fork -S 5 --cap-add CHOWN"},
			{root, "--fork -S 5 --keep-caps"},
			{root, "--fork -S 5 --no-new-privs --seccomp default"},
			{root, "--fork --map-auto -S 5 -G 5"},
			{root, "--kill-child=TERM -S 5 -G 5"},
			{root, "--pid -S 5"},
			{root, "--all -S nobody -G 5 rootfs"},
			{root, "--fork --owner 5:5"},
			{root, "--fork --map-auto"},
			{root, "--fork --user"},
			{user, "--fork -r"},
			{user, "--fork --map-user 5"},
			{user, "--fork --map-auto"},
			{user, "--fork --map-auto -S 5"},
			{user, "--fork --map-auto -S 5 -G 5"},
			{user, "--pid --map-auto -r -S 5 -G 5"},
		} {
			t.Run(row.options+" "+row.caller.name, func(t *testing.T) {
				args := append([]string{nstest.Tool(t, "nsrun")}, strings.Fields(row.options)...)
				cmd := row.caller.command(args...)
				pid := nstest.SleeperCmd(t, cmd)
				fd, err := unix.PidfdOpen(pid, 0)
				fatal(t, err)
				defer unix.Close(fd)
				fatal(t, cmd.Process.Kill())
				if !ends(t, fd) {
					t.Error("the command goes on")
				}
			})
		}
		noneRuns(t)
	})
}

// ends waits some seconds for the end of a process.
func ends(t *testing.T, pidfd int) bool {
	t.Helper()
	poll := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(poll, 5000)
		if err == unix.EINTR {
			continue
		}
		fatal(t, err)
		return n == 1
	}
}

//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// The same without privileges: what has only the user's own ids cannot write to root's
// file; what it can write to, or make writable, is not what is executed.
func TestTheUsersOwnBinary(t *testing.T) {
	root.require(t)
	target := strconv.Itoa(plainContainer(t, plain))
	for _, row := range []struct {
		name  string
		owner caller
		mode  os.FileMode
	}{
		{"root's", root, 0o755}, {"the user's", plain, 0o755},
		{"the user's, which they can make writable", plain, 0o555}, {"root's that all may write", root, 0o777},
	} {
		t.Run(row.name, func(t *testing.T) {
			tool := ownTool(t, row.owner, row.mode)
			before := hash(t, tool)
			w := &watch{command: "/bin/true", last: func(c call) verdict {
				checkOutOfReachOfTheUser(t, c.pid, tool)
				return goOn
			}}
			if status := w.run(t, as(plain, tool, "-t", target, "/bin/true")); status.ExitStatus() != 0 || !w.ended {
				t.Errorf("exit status %d", status.ExitStatus())
			}
			if hash(t, tool) != before {
				t.Error("the binary has changed")
			}
		})
	}
}

func checkOutOfReachOfTheUser(t *testing.T, pid int, tool string) {
	t.Helper()
	var theirs, ours unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d/exe", pid), &theirs); err != nil {
		t.Error(err)
	}
	if err := unix.Stat(tool, &ours); err != nil {
		t.Error(err)
	}
	if theirs.Ino == ours.Ino && (ours.Uid == nstest.UserID || ours.Mode&0o002 != 0) {
		t.Errorf("the executable is a file that the user can write to, or make writable (mode %o)", ours.Mode)
	}
}

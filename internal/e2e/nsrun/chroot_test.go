//go:build linux

package nsrun_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// A caller that is only chrooted: the kernel lets it do some things, and for the others
// the message names the chroot.
func TestChrootedCaller(t *testing.T) {
	c := asRoot(t)
	user := caller{user: true}
	rows := []struct {
		name  string
		c     caller
		args  []string
		want  string
		words []string
	}{
		{"root: a namespace", c, []string{"--uts", "echo", "x"}, "x\n", nil},
		{"root: a PID namespace", c, []string{"--pid", "sh", "-c", "echo $$"}, "1\n", nil},
		{"root: a mount namespace", c, []string{"--mnt", "true"}, "", []string{"propagation", "hint: ", "not a mount point", "chroot"}},
		{"root: a mount namespace as it is", c, []string{"--mnt", "--propagation=unchanged", "echo", "x"}, "x\n", nil},
		{"root: the main job", c, mainJob("/inner", "true"), "", []string{"hint: ", "chroot"}},
		{"root: a user namespace", c, []string{"-r", "true"}, "", []string{"user namespace", "hint: ", "chroot"}},
		{"a plain user: a namespace", user, []string{"--uts", "true"}, "", []string{"user namespace", "hint: ", "chroot"}},
		{"a plain user: the main job", user, mainJob("/inner", "true"), "", []string{"hint: ", "chroot"}},
	}
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := nstest.Rootfs(t)
		copyFile(t, nstest.Tool(t, "nsrun"), filepath.Join(root, "nsrun"))
		if err := os.MkdirAll(filepath.Join(root, "inner/proc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := unix.Mount("proc", filepath.Join(root, "proc"), "proc", 0, ""); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				cmd := row.c.command("/nsrun", row.args...)
				if cmd.SysProcAttr == nil {
					cmd.SysProcAttr = &syscall.SysProcAttr{}
				}
				cmd.SysProcAttr.Chroot, cmd.Dir = root, "/"
				if r := nstest.Exec(t, cmd); row.words == nil {
					mustPrint(t, r, row.want)
				} else {
					mustFail(t, r, 125, row.words...)
				}
			})
		}
	})
}

//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// mark puts a file into a root file system, so that it can be told from others.
func mark(t testing.TB, dir, name string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRootAndWorkingDirectory(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs, outside := nstest.Rootfs(t), nstest.TempDir(t)
		mark(t, rootfs, "inside")
		mark(t, rootfs+"/var/x/bin", "deeper")
		mark(t, outside, "outside")
		if err := os.Symlink("busybox", rootfs+"/var/x/bin/pwd"); err != nil {
			t.Fatal(err)
		}
		ownFile(t, root, rootfs+"/usr/bin/busybox", rootfs+"/var/x/bin/busybox", 0o755)
		pid := strconv.Itoa(container(t, who, rootfs, "cd /var"))
		inside := fmt.Sprintf("/proc/%s/root/var/x", pid)

		for _, row := range []struct{ name, args, want string }{
			{"by default the root of the mount namespace", "sh -c pwd;ls", "/ bin dev etc inside"},
			{"-r is the target's", "-r sh -c pwd;ls", "/ bin dev etc inside"},
			{"-w is the target's", "-w sh -c pwd;ls", "/var x"},
			{"-W without argument is the target's", "-W sh -c pwd;ls", "/var x"},
			{"-r and -w", "-r -w sh -c pwd;ls", "/var x"},
			{"-r and -W", "-rW sh -c pwd;ls", "/var x"},
			{"-W=DIR is looked up inside", "-W=/var/x sh -c pwd;ls", "/var/x bin"},
			{"-WDIR attached", "-W/var/x sh -c pwd;ls", "/var/x bin"},
			{"--wdns=DIR", "--wdns=/var/x sh -c pwd;ls", "/var/x bin"},
			{"-W with a relative directory", "-W=var/x sh -c pwd;ls", "/var/x bin"},
			{"-w=DIR is looked up outside", "-w=" + inside + " sh -c pwd;ls", "/var/x bin"},
			{"-wDIR attached", "-w" + inside + " sh -c pwd;ls", "/var/x bin"},
			{"--wd=DIR", "--wd=" + inside + " sh -c pwd;ls", "/var/x bin"},
			{"-r=DIR is looked up outside", "-r=" + inside + " /bin/busybox ls /", "bin"},
			{"-rDIR attached", "-r" + inside + " /bin/busybox ls /", "bin"},
			{"--root=DIR", "--root=" + inside + " /bin/busybox ls /", "bin"},
			{"-r=DIR moves into it", "-r=" + inside + " /bin/busybox ls", "bin"},
			{"-r=DIR and -W in it", "-r=" + inside + " -W=/bin /bin/busybox pwd", "/bin"},
		} {
			t.Run(row.name, func(t *testing.T) {
				args := strings.Fields(row.args)
				if i := indexOf(args, "-c"); i > 0 {
					args = append(args[:i+1], strings.Join(args[i+1:], " "))
				}
				got := strings.Join(strings.Fields(joined(t, who, append([]string{"-t", pid}, args...)...)), " ")
				if got != row.want && !strings.HasPrefix(got, row.want+" ") {
					t.Errorf("got %q, want %q", got, row.want)
				}
			})
		}
	})
}

func indexOf(list []string, word string) int {
	for i, w := range list {
		if w == word {
			return i
		}
	}
	return -1
}

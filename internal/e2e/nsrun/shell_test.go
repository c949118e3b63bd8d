//go:build linux

package nsrun_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// Without a command there is a login shell: $SHELL, that of passwd, or /bin/sh.
func TestShell(t *testing.T) {
	root := nstest.Rootfs(t)
	mine := "#!/bin/sh\necho mine\n"
	write(t, filepath.Join(root, "usr/bin/mine"), mine, 0o755)
	write(t, filepath.Join(root, "usr/bin/not-executable"), mine, 0o644)
	for _, row := range []struct {
		name, shell, passwd, want string
	}{
		{"$SHELL as a login shell", "/bin/sh", "root:x:0:0:::/bin/mine", "-sh\n"},
		{"$SHELL that is a script", "/bin/mine", "", "mine\n"},
		{"the shell of passwd when $SHELL is not there", "/bin/nowhere", "root:x:0:0:::/bin/mine", "mine\n"},
		{"the shell of passwd when $SHELL cannot be executed", "/bin/not-executable", "root:x:0:0:::/bin/mine", "mine\n"},
		{"the shell of passwd without $SHELL", "", "a:x:1:1:::/bin/no\nroot:x:0:0:::/bin/mine", "mine\n"},
		{"a relative $SHELL does not count", "mine", "root:x:0:0:::/bin/sh", "-sh\n"},
		{"/bin/sh without passwd", "", "", "-sh\n"},
		{"/bin/sh when passwd has no such user", "", "root:x:1:0:::/bin/mine", "-sh\n"},
		{"/bin/sh when passwd has no shell for the user", "", "root:x:0:0:::", "-sh\n"},
		{"/bin/sh when passwd is not one", "", "\x00\xff::::\n:::::::::\nroot", "-sh\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			write(t, filepath.Join(root, "etc/passwd"), row.passwd+"\n", 0o644)
			eachCaller(t, func(t *testing.T, c caller) {
				for _, args := range [][]string{mainJob(root), {root}, {"--root=" + root}, {"--mnt", "--fork", root}} {
					mustPrint(t, nstest.Exec(t, withShell(c.nsrun(t, args...), row.shell)), row.want)
				}
			})
		})
	}
}

// Without a root file system it is the caller's shell, whatever else there is to do.
func TestShellOfTheCaller(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, options := range []string{"", "--uts", "--pid", "--mnt", "--fork"} {
			cmd := withShell(c.nsrun(t, strings.Fields(options)...), "/bin/sh")
			mustPrint(t, nstest.Exec(t, cmd), "-sh\n")
		}
	})
}

func TestNoShellAtAll(t *testing.T) {
	root := nstest.Rootfs(t)
	for _, name := range []string{"usr/bin/sh", "etc/passwd"} {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	eachCaller(t, func(t *testing.T, c caller) {
		mustFail(t, nstest.Exec(t, withShell(c.nsrun(t, root), "/bin/nowhere")), 127, "shell", "no such file")
	})
}

// A hostile passwd must not make the tool hang, nor read without end (CVE-2024-9676).
func TestHostilePasswd(t *testing.T) {
	root := nstest.Rootfs(t)
	passwd := filepath.Join(root, "etc/passwd")
	for _, row := range []struct {
		name string
		make func() error
	}{
		{"a FIFO", func() error { return unix.Mkfifo(passwd, 0o666) }},
		{"a directory", func() error { return os.Mkdir(passwd, 0o755) }},
		{"a link to itself", func() error { return os.Symlink("passwd", passwd) }},
		{"a link to a device", func() error { return os.Symlink("/dev/zero", passwd) }},
		{"a file of 40 GiB", func() error {
			write(t, passwd, "", 0o644)
			return os.Truncate(passwd, 40<<30)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := os.RemoveAll(passwd); err != nil {
				t.Fatal(err)
			}
			if err := row.make(); err != nil {
				t.Fatal(err)
			}
			eachCaller(t, func(t *testing.T, c caller) {
				mustPrint(t, nstest.Exec(t, withShell(c.nsrun(t, mainJob(root)...), "")), "-sh\n")
			})
		})
	}
}

// withShell sets $SHELL, which "" takes away, and what the shell is to do.
func withShell(cmd *exec.Cmd, shell string) *exec.Cmd {
	if shell == "" {
		cmd.Env = slices.DeleteFunc(cmd.Env, func(e string) bool { return strings.HasPrefix(e, "SHELL=") })
	} else {
		cmd.Env = append(cmd.Env, "SHELL="+shell)
	}
	cmd.Env = append(cmd.Env, "HOME=/nowhere", "ENV=")
	cmd.Stdin = strings.NewReader("echo $0\n")
	return cmd
}

//go:build linux

package nsjoin_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// CVE-2024-9676 and its kind: runc exec and crun exec hang on the first of these.
func TestATargetsPasswdThatIsNoFile(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs := shellRootfs(t)
		pid := strconv.Itoa(container(t, who, rootfs, ""))
		for _, row := range []struct {
			name string
			make func(path string) error
		}{
			{"a FIFO", func(path string) error { return unix.Mkfifo(path, 0o666) }},
			{"a directory", func(path string) error { return os.Mkdir(path, 0o755) }},
			{"40 GiB of nothing", func(path string) error {
				if err := os.WriteFile(path, nil, 0o644); err != nil {
					return err
				}
				return os.Truncate(path, 40<<30)
			}},
			{"a link to itself", func(path string) error { return os.Symlink("passwd", path) }},
			{"a link to a FIFO", func(path string) error {
				if err := unix.Mkfifo(filepath.Dir(path)+"/fifo", 0o666); err != nil {
					return err
				}
				return os.Symlink("fifo", path)
			}},
			{"a link out, to the machine's", func(path string) error { return os.Symlink("../../../../../../etc/passwd", path) }},
			{"a link to an endless device", func(path string) error { return os.Symlink("/dev/zero", path) }},
			{"a link into /proc", func(path string) error { return os.Symlink("/proc/self/fd/0", path) }},
			{"a socket", func(path string) error { return unix.Mknod(path, unix.S_IFSOCK|0o666, 0) }},
		} {
			t.Run(row.name, func(t *testing.T) {
				passwd := rootfs + "/etc/passwd"
				if err := os.Remove(passwd); err != nil {
					t.Fatal(err)
				}
				if err := row.make(passwd); err != nil {
					t.Fatal(err)
				}
				if got := runShell(t, who, pid, ""); got != "sh" {
					t.Errorf("got the shell %q, want sh", got)
				}
			})
		}
	})
}

// A link inside is followed below the target's root.
func TestATargetsPasswdThatIsALinkInside(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs := shellRootfs(t)
		setPasswd(t, rootfs, passwdTwo)
		if err := os.Rename(rootfs+"/etc/passwd", rootfs+"/etc/users"); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/etc/users", rootfs+"/etc/passwd"); err != nil {
			t.Fatal(err)
		}
		pid := strconv.Itoa(container(t, who, rootfs, ""))
		if got := runShell(t, who, pid, ""); got != "two" {
			t.Errorf("got the shell %q, want two", got)
		}
	})
}

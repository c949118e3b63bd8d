//go:build linux

package identity_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// hostile makes a file of a root file system something else.
type hostile struct {
	what string
	make func(path string) error
	says func(path, what string) []string
}

func unread(why string) func(path, what string) []string {
	return func(path, _ string) []string { return strings.Split("read "+path+": "+why, "\n") }
}

// outside: the file is the machine's, and is not looked at.
func outside(path, what string) []string {
	return []string{"there is no " + what + " nsk in " + path + " of the root file system",
		"hint: names are looked up in the root file system that the command gets; a number needs no entry"}
}

var hostiles = []hostile{
	{"a FIFO", func(path string) error { return unix.Mkfifo(path, 0o644) }, unread("not a regular file")},
	{"a directory", func(path string) error { return os.Mkdir(path, 0o755) }, unread("not a regular file")},
	{"an endless device", func(path string) error { return unix.Mknod(path, unix.S_IFCHR|0o644, int(unix.Mkdev(1, 5))) }, unread("not a regular file")},
	{"40 GiB without a line", func(path string) error {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			return err
		}
		return os.Truncate(path, 40<<30)
	}, unread("file too large (EFBIG)\nhint: it is larger than 1 MiB, and not read for that")},
	{"a link to itself", func(path string) error { return os.Symlink(path[strings.LastIndexByte(path, '/')+1:], path) }, unread("too many levels of symbolic links (ELOOP)")},
	{"a link that goes out by ..", func(path string) error { return os.Symlink("../../../../../mnt"+path[len("/mnt/rootfs"):], path) }, outside},
	{"an absolute link", func(path string) error { return os.Symlink("/mnt"+path[len("/mnt/rootfs"):], path) }, outside},
	{"no file", func(string) error { return nil }, outside},
	{"a link through /proc", func(path string) error { return os.Symlink("/proc/self/root/mnt"+path[len("/mnt/rootfs"):], path) }, unread("too many levels of symbolic links (ELOOP)")},
}

// Names are looked up quickly or not at all, and only inside.
func TestHostilePasswd(t *testing.T) {
	onHost(t, func(t *testing.T) {
		rootfs(t, "rootfs", 0, 0)
		for _, h := range hostiles {
			t.Run(h.what, func(t *testing.T) {
				for _, path := range []string{"/mnt/rootfs/etc/passwd", "/mnt/rootfs/etc/group"} {
					fatal(t, os.RemoveAll(path))
					fatal(t, h.make(path))
				}
				begin := time.Now()
				h.check(t, "-S nsk rootfs", "/etc/passwd", "user")
				h.check(t, "-G nsk rootfs", "/etc/group", "group")
				h.check(t, "--groups 5,nsk rootfs", "/etc/group", "group")
				// A number needs no file.
				root.prints(t, "-S 5 -G 6 --groups 7 rootfs", identity, "5 5 6 6 7")
				if took := time.Since(begin); took > slow {
					t.Errorf("took %v", took)
				}
			})
		}
		noneRuns(t)
	})
}

func (h hostile) check(t *testing.T, options, path, what string) {
	t.Helper()
	root.refused(t, options, h.says(path, what)...)
}

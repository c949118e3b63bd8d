//go:build linux

package inroot

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// stNoSymFollow is ST_NOSYMFOLLOW of include/linux/statfs.h, Linux 5.10.
const stNoSymFollow = 0x2000

// follow puts the text of a link before what is still to go. The sysctl
// fs.protected_symlinks has no say here: it keeps a link in a directory such as /tmp
// from leading astray, and this one stays inside.
func (w *walker) follow(link node) error {
	w.links++
	hint := w.refused(link)
	if hint != "" || w.links > maxLinks {
		return &diag.Error{Call: walkCall(w.at(link.name)), Err: unix.ELOOP, Hint: hint}
	}
	text, err := readlink(link.fd)
	if err != nil {
		return &diag.Error{Call: `readlinkat(link, "")`, Err: err}
	}
	if strings.HasPrefix(text, "/") {
		w.toRoot()
	}
	w.text = text + w.text
	return nil
}

// readlink reads an open link, which an empty path means since Linux 2.6.39.
func readlink(fd int) (string, error) {
	var buf [unix.PathMax]byte
	n := 0
	err := retry(func() (err error) {
		n, err = unix.Readlinkat(fd, "", buf[:])
		return err
	})
	if err != nil {
		return "", err
	}
	return string(buf[:n]), nil
}

// refused is why openat2(2) would not follow the link, if so. The links at the top of
// procfs (self, thread-self, mounts, net) are as any other, the rest are magic. To
// follow the text of one would stay inside as well, but come to something else than
// the process has open. The inode number of the top is PROC_ROOT_INO
// (include/linux/proc_ns.h).
//
// fstatfs(2) takes O_PATH descriptors since Linux 3.12: before that the text counts.
func (w *walker) refused(link node) (hint string) {
	var fs unix.Statfs_t
	if retry(func() error { return unix.Fstatfs(link.fd, &fs) }) != nil {
		return ""
	}
	name := diag.Quote("/" + w.at(link.name))
	if fs.Flags&stNoSymFollow != 0 {
		return "the link " + name + " in the root directory is on a mount with the option nosymfollow: give the path that it leads to"
	}
	var dir unix.Stat_t
	top := unix.Fstat(w.here(), &dir) == nil && dir.Ino == 1
	if int64(fs.Type) == unix.PROC_SUPER_MAGIC && !top {
		return "the link " + name + " in the root directory stands for what a process has open, wherever that is: give the path of a file"
	}
	return ""
}

// dangling is the error for a link that leads to name here, which is missing.
func (w *walker) dangling(name string) error {
	return &diag.Error{
		Call: walkCall(w.at(name)),
		Err:  unix.ENOENT,
		Hint: "the link " + diag.Quote("/"+w.link) + " in the root directory leads to " + diag.Quote("/"+w.at(name)) +
			", which does not exist there: create that, or put something else in the place of the link",
	}
}

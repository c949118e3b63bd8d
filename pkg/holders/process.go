//go:build linux

package holders

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// process looks at one process; nil when it does not use the mount, or is gone.
func (l *look) process(name string) *Holder {
	dir := "/proc/" + name + "/"
	cwd, err := l.link(dir + "cwd")
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		if isProgram(dir) {
			l.unseen++
		}
		return nil
	}
	if err != nil { // it has ended
		return nil
	}
	h := new(Holder)
	l.note(h, dir, "cwd", cwd)
	for _, name := range [...]string{"root", "exe"} {
		target, _ := l.link(dir + name) // a thread of the kernel has no exe
		l.note(h, dir, name, target)
	}
	l.descriptors(h, dir)
	if len(h.How) == 0 { // maps is by far the longest file to read
		l.maps(h, dir)
	}
	if len(h.How) == 0 {
		return nil
	}
	h.PID, _ = strconv.Atoi(name)
	h.Command = strings.TrimSuffix(string(l.read(dir+"comm")), "\n")
	return h
}

// note adds a link of the process, "cwd", "root" or "exe", when its target is on the mount.
func (l *look) note(h *Holder, dir, name, target string) {
	if !l.candidate(target) {
		return
	}
	if w, found := l.through(dir + name); found {
		h.uses(name, w)
	}
}

func (h *Holder) uses(how string, w where) {
	h.How = append(h.How, how)
	if len(h.How) == 1 || w == (where{}) { // the mount itself comes before its copies
		h.Copy, h.Elsewhere = w.copy, w.elsewhere
	}
}

// through reports whether what a magic link leads to is on one of the mounts.
func (l *look) through(link string) (w where, found bool) {
	fd, err := openPath(link)
	if err != nil {
		return w, false
	}
	defer unix.Close(fd)
	return l.is("/proc/self/fdinfo/" + strconv.Itoa(fd))
}

// is reports whether the descriptor that the fdinfo file is about is on one of the mounts.
func (l *look) is(fdinfo string) (w where, found bool) {
	id, err := mountID(fdinfo)
	if err != nil {
		return w, false
	}
	w, found = l.mounts[id]
	return w, found
}

// descriptors adds the open files. That costs no access to them: their mount is in fdinfo.
func (l *look) descriptors(h *Holder, dir string) {
	fds, err := openDir(dir + "fd")
	if err != nil {
		return
	}
	defer unix.Close(fds)
	for _, name := range entries(fds, l.buffer) {
		n, err := unix.Readlinkat(fds, name, l.buffer)
		if err != nil || !l.candidate(string(l.buffer[:n])) {
			continue
		}
		if w, found := l.is(dir + "fdinfo/" + name); found {
			h.uses("fd "+name, w)
		}
	}
}

// isProgram tells a process that may not be looked at from a thread of the kernel and from a
// zombie, which use no files, and have no arguments.
func isProgram(dir string) bool {
	args, err := os.ReadFile(dir + "cmdline")
	return err == nil && len(args) > 0
}

//go:build linux

package idmap

import (
	"fmt"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// Write gives the user namespace that the process pid is in its maps, those of
// them that are not empty; setgroups is "allow", "deny" or "" for nothing. It is
// for maps that [Build] has made.
//
// It must be called in the user namespace in which the process's was created, by
// the one who created it, while the process waits and is dumpable (its files in
// /proc would belong to root). Each map can be written once. With CAP_SETUID
// (CAP_SETGID for gids), or where nothing but the caller's own id is mapped, the
// file is written directly, else newuidmap(1) and newgidmap(1) do it. setgroups
// comes first: once there is a gid_map, the kernel denies it no more. Needs Linux
// 3.8, and 3.19 for setgroups, which before cannot be denied, and need not be.
func Write(pid int, uids, gids Map, setgroups string) error {
	return here().write(pid, uids, gids, setgroups)
}

func (c *caller) write(pid int, uids, gids Map, setgroups string) error {
	// The directory is the process: it is gone when that is, whoever gets the number.
	path := fmt.Sprintf("/proc/%d", pid)
	dir, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &diag.Error{
			Step: "map the ids of the user namespace",
			Call: fmt.Sprintf("open(%q, O_PATH|O_DIRECTORY)", path), Err: err, Hint: diag.HintNoProc(diag.Errno(err)),
		}
	}
	defer unix.Close(dir)
	p := process{pid, dir}
	if setgroups != "" {
		if err := p.setgroups(setgroups); err != nil {
			return err
		}
	}
	users, groups := c.users(), c.groups()
	if err := c.writeMap(p, users, uids, users.free || users.isOwn(uids)); err != nil {
		return err
	}
	return c.writeMap(p, groups, gids, groups.free || groups.isOwn(gids) && setgroups == "deny")
}

func (c *caller) writeMap(p process, s side, m Map, directly bool) error {
	if len(m) == 0 {
		return nil
	}
	if !directly {
		return c.runProgram(p.pid, s, m)
	}
	why := m.fault()
	if why == "" {
		why = m.tooLong(c.lines)
	}
	if why != "" {
		return diag.Usage("the %s map %s %s", s.id, m, why)
	}
	if err := p.write(s.file(), m.Text()); err != nil {
		return &diag.Error{
			Step: "map the " + s.what + " ids: " + m.String(),
			Call: p.call(s.file()), Err: err, Hint: c.hintWrite(s, m, err),
		}
	}
	return nil
}

// process is one whose user namespace is written to.
type process struct{ pid, dir int }

func (p process) setgroups(word string) error {
	err := p.write("setgroups", word)
	if err == nil || err == unix.ENOENT {
		return nil // since Linux 3.19
	}
	e := &diag.Error{Step: "set setgroups to " + word, Call: p.call("setgroups"), Err: err}
	e.Hint = diag.HintInsideUser(diag.Errno(err))
	if err == unix.EPERM && word == "allow" {
		e.Hint = "it is denied in the user namespace of the caller, and so in all below it (/proc/self/setgroups)"
	}
	return e
}

func (p process) call(file string) string { return fmt.Sprintf("write(\"/proc/%d/%s\")", p.pid, file) }

// write writes text to one of the process's files, in one call: the kernel takes
// no second. The error is an errno.
func (p process) write(file, text string) error {
	fd, err := unix.Openat(p.dir, file, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	for {
		n, err := unix.Write(fd, []byte(text))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case n != len(text):
			return unix.EIO
		default:
			return nil
		}
	}
}

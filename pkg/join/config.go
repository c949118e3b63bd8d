//go:build linux

// Package join is nsjoin: what must be found out before the namespaces of
// another process are joined, and what joining them means.
//
// Joining itself, and everything after it, is C (package nsexec): Go never
// starts inside a target, because on its way to main the Go runtime opens files
// below /proc and /sys, where a hostile container may have laid a FIFO.
package join

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/privilege"
	"nskit.dev/nskit/pkg/shell"
)

// Config is a join, checked.
type Config struct {
	Target         int                  // PID; 0: files only
	Kinds          nsfs.Kind            // the namespaces named; 0 with a target: all
	All            bool                 // all of the target's, besides those with files
	Files          map[nsfs.Kind]string // joined instead of the target's
	Root, Wd, WdNS nsexec.Dir           // root directory, working directory from outside, and inside
	NoFork         bool
	Preserve       bool // keep uid, gid and groups
	Privileged     bool // keep the capabilities
	UID, GID       *creds.Ref
	Groups         []creds.Ref
	Privileges     privilege.Options
	Command        []string
}

// kinds are the namespaces that are to be joined, before the caller's own are left out.
func (c *Config) kinds() nsfs.Kind {
	kinds := c.Kinds
	if !c.All && kinds != 0 {
		return kinds
	}
	for _, kind := range nsfs.Kinds {
		if nsfs.Supported(kind) {
			kinds |= kind
		}
	}
	return kinds
}

// Pin opens a pidfd of the target, which goes on meaning this process when its
// PID is used again: the command line that this program starts itself with then
// cannot mean another one. -1 where the kernel has none (before 5.3) or there
// is no target.
func (c *Config) Pin() (int, error) {
	if c.Target == 0 {
		return -1, nil
	}
	fd, err := unix.PidfdOpen(c.Target, 0)
	if err == unix.ENOSYS || err == unix.EPERM {
		return -1, nil
	}
	if err != nil {
		return -1, &diag.Error{
			Step: "find process " + strconv.Itoa(c.Target),
			Call: "pidfd_open(" + strconv.Itoa(c.Target) + ", 0)",
			Err:  err,
			Hint: diag.HintTarget(c.Target, diag.Errno(err)),
		}
	}
	// It is for the program that this one is about to become.
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, 0); err != nil {
		return -1, &diag.Error{Step: "pass on a descriptor", Call: "fcntl(F_SETFD)", Err: err}
	}
	return fd, nil
}

// Shells are the shells to try where no command was given: $SHELL, that of the
// user in the passwd file of the mount namespace that is joined, /bin/sh.
func (c *Config) Shells(r *Resolved) []string {
	root, done, err := c.passwdRoot()
	if err != nil {
		return shell.Candidates(os.Environ(), -1, r.uid)
	}
	defer done()
	return shell.Candidates(os.Environ(), root, r.uid)
}

// joins tells whether the target's namespace of this kind will be joined: it is
// among those asked for, and not the caller's already.
func (c *Config) joins(kind nsfs.Kind) bool {
	if c.kinds()&kind == 0 || c.Files[kind] != "" {
		return c.kinds()&kind != 0
	}
	return !c.own(kind)
}

// own tells whether the target's namespace of this kind is the caller's.
func (c *Config) own(kind nsfs.Kind) bool {
	dev, ino, err := nsfs.Inode("/proc/" + strconv.Itoa(c.Target) + "/ns/" + kind.String())
	if err != nil {
		return false
	}
	ownDev, ownIno, err := nsfs.Inode("/proc/self/ns/" + kind.String())
	return err == nil && dev == ownDev && ino == ownIno
}

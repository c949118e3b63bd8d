//go:build linux

package run

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// Identity is who the command is; what is nil stays as it is. Names are those of the new root's passwd
// and group.
type Identity struct {
	UID    *creds.Ref
	GID    *creds.Ref  // the supplementary groups are dropped, where the user namespace allows that
	Groups []creds.Ref // supplementary groups
}

// apply looks the names up in the file system that root is open on. denied is why groups may not be set,
// if they may not.
func (i *Identity) apply(l *nsexec.Last, root int, denied string) error {
	if i.UID != nil {
		uid, err := creds.UID(root, *i.UID)
		if err != nil {
			return err
		}
		l.UID = &uid
	}
	if i.GID != nil {
		gids, err := creds.GIDs(root, *i.GID)
		if err != nil {
			return err
		}
		l.GID = &gids[0]
	}
	switch {
	case i.Groups != nil:
		groups, err := creds.GIDs(root, i.Groups...)
		if err != nil {
			return err
		}
		if !maySetGroups() {
			return &diag.Error{
				Step: "set the supplementary groups", Call: "setgroups", Err: unix.EPERM,
				Hint: denied,
			}
		}
		l.Groups = groups
	case i.GID != nil && maySetGroups():
		l.Groups = []uint32{}
	}
	return nil
}

func (c *Config) mayNotSetGroups(created nsfs.Kind) string {
	switch {
	case created&nsfs.User == 0:
		return "that takes CAP_SETGID: run it as root, or in a user namespace with more ids (--map-auto --map-root-user)"
	case c.Maps.Setgroups == "deny":
		return "--setgroups=deny forbids it: leave one of the two out"
	}
	return "this user namespace forbids it, as a map without privileges wants that: leave --groups out, or map a range with --map-auto"
}

// maySetGroups asks by setting what there is. Where it is forbidden the groups are those of the
// caller, none of which has a meaning inside, and they stay.
func maySetGroups() bool {
	groups, err := unix.Getgroups()
	if err != nil {
		return false
	}
	ids := make([]uint32, len(groups)+1) // one more, to have an address
	for n, g := range groups {
		ids[n] = uint32(g)
	}
	// EINVAL: one of them has no number here, which is no answer to the question.
	return rawSetgroups(ids[:len(groups)]) != unix.EPERM
}

// openRoot is for who looks names up: in a root file system of its own no link may lead out of it.
func (c *Config) openRoot() (root int, done func(), err error) {
	if c.Mounts.Root == "" {
		return unix.AT_FDCWD, func() {}, nil
	}
	fd, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, nil, &diag.Error{Step: "open the root directory", Call: `open("/")`, Err: err}
	}
	return fd, func() { unix.Close(fd) }, nil
}

func rawSetgroups(ids []uint32) error {
	_, _, errno := unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(ids)), uintptr(unsafe.Pointer(unsafe.SliceData(ids))), 0)
	if errno != 0 {
		return errno
	}
	return nil
}

//go:build linux

package umount

import (
	"os"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/holders"
	"nskit.dev/nskit/pkg/mount"
)

// explained adds the cause of a refusal, and what helps.
func (j *job) explained(err error, t target) error {
	return diag.AddHint(err, func(e *diag.Error) string { return hint(t.path, j.how, diag.Errno(e)) })
}

// hint is why umount2(2) answered with errno; "" when that is not known.
func hint(path string, how mount.UnmountFlags, errno unix.Errno) string {
	switch errno {
	case unix.EBUSY:
		return busy(path)
	case unix.EINVAL:
		return notUnmountable(path)
	case unix.EPERM:
		return notPermitted(how)
	case unix.ENOENT, unix.ENOTDIR, unix.ELOOP, unix.EACCES:
		if cause := notReached(path); cause != "" {
			return cause
		}
		return diag.HintInsideUser(errno)
	}
	return ""
}

// notUnmountable: EINVAL is for what is no mount point, for a mount of another namespace,
// and for one that is locked: can_umount() in fs/namespace.c.
func notUnmountable(path string) string {
	place, err := holders.Find(path)
	if err != nil {
		return ""
	}
	name := diag.Quote(path)
	switch {
	case place.Mount == nil:
		return name + " is on a mount that is not in this mount namespace: enter the one that has it (nsjoin -t PID --mount)"
	case place.IsMountpoint():
		return "the mount on " + name + " is locked: a user namespace has inherited it with what it is mounted on, " +
			"and they cannot be separated: unmount it in the mount namespace that it came from"
	}
	for _, m := range place.Table {
		if m.Source == place.Path {
			return name + " is mounted on " + diag.Quote(m.Mountpoint) + ": unmount that"
		}
	}
	return name + " is no mount point: it is on the mount " + diag.Quote(place.Mount.Mountpoint) + " (" + diag.Quote(place.Mount.FSType) + ")"
}

func notPermitted(how mount.UnmountFlags) string {
	if !admin() {
		return "unmounting needs CAP_SYS_ADMIN in the user namespace that owns this mount namespace: " +
			"run it as root, or as its own root in a container of yours (nsjoin -t PID)"
	}
	if how&mount.Force != 0 {
		return "--force needs CAP_SYS_ADMIN in the user namespace in which the file system was mounted: leave --force out, or detach it with --lazy"
	}
	if cause := diag.HintInsideUser(unix.EPERM); cause != "" {
		return cause
	}
	return "this mount namespace belongs to a user namespace further out: run it there, or in a mount namespace of your own (nsrun --mnt)"
}

// admin is whether CAP_SYS_ADMIN is effective, in whatever user namespace this is.
func admin() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	return unix.Capget(&header, &data[0]) == nil && data[0].Effective>>unix.CAP_SYS_ADMIN&1 != 0
}

// notReached names the part of a path at which the kernel could not go on.
func notReached(path string) string {
	for end := 1; end <= len(path); end++ {
		if end < len(path) && path[end] != '/' {
			continue
		}
		_, err := os.Stat(path[:end])
		if errno := diag.Errno(err); errno != 0 {
			return cutOff(path[:end], errno)
		}
	}
	return ""
}

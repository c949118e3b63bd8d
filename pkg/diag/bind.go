//go:build linux

package diag

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/nsfs"
)

// HintBind is why a namespace of this kind could not be kept by a bind mount on
// file, which mount(2) refused with errno; "" when that is not known. It must be
// called in the mount namespace of the attempt.
func HintBind(file string, kind nsfs.Kind, errno unix.Errno) string {
	return here.bind(file, kind, errno)
}

func (s system) bind(file string, kind nsfs.Kind, errno unix.Errno) string {
	switch errno {
	case unix.EPERM, unix.EACCES:
		return s.mountRefused("a bind mount", errno)
	case unix.ENOTDIR:
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			return Quote(file) + " is a directory, and a namespace is kept on a file: give a file in it"
		}
	case unix.EINVAL:
		if kind == nsfs.Mnt {
			return s.bindMount(file)
		}
	}
	return ""
}

// mountRefused is why a call that changes the mount table was refused.
func (s system) mountRefused(what string, errno unix.Errno) string {
	if s.readable() && !s.admin() {
		return what + " needs CAP_SYS_ADMIN in the user namespace that owns this mount namespace: run it as root"
	}
	return s.insideUser(errno)
}

// bindMount: a mount that propagates would appear in the mount namespace that
// it stands for, and keep that alive for ever; so the kernel refuses to bind
// mount namespaces where mounts are shared, and into those newer than
// themselves (mnt_ns_loop in fs/namespace.c).
func (s system) bindMount(file string) string {
	mount, _, err := s.place(file)
	if err != nil {
		return ""
	}
	m := mountID(mountTable(s.self("mountinfo")), mount)
	if shared(m) {
		dir := Quote(filepath.Dir(file))
		return Quote(file) + " is on the shared mount " + Quote(m.Mountpoint) + ", where no mount namespace can be kept: `mount --bind " +
			dir + " " + dir + " && mount --make-private " + dir + "` first"
	}
	return "a mount namespace can be kept only in one that is older than itself: bind it from the host's mount namespace"
}

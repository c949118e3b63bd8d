//go:build linux

package diag

import (
	"strings"

	"github.com/moby/sys/mountinfo"
)

const leaveChroot = "start the tool outside of it, or enter the directory with pivot_root (nsrun DIR) instead of chroot"

// chrooted: who is in a chroot gets EPERM for a user namespace, since it would
// have the right to leave the chroot there (Linux 3.9, user_namespaces(7)).
func (s system) chrooted() string {
	mounts := mountTable(s.self("mountinfo"))
	if len(mounts) == 0 {
		return ""
	}
	root := mountAt(mounts, "/")
	if root == nil {
		return "this process is in a chroot (its root is no mount), and from there the kernel allows no user namespace: " + leaveChroot
	}
	if dir := s.rootSeenAbove(root.ID); dir != "" {
		return "this process is in a chroot (its root is " + Quote(dir) +
			" of its mount namespace), and from there the kernel allows no user namespace: " + leaveChroot
	}
	return ""
}

// rootSeenAbove is where an ancestor of this process sees the mount that is
// this process's root; "" when that is its root too, or it does not see it. A
// chroot to a mount point does not show in one's own mount table.
func (s system) rootSeenAbove(mount int) string {
	const generations = 64
	pid := field(s.self("status"), "PPid")
	for range generations {
		if pid == "" || pid == "0" {
			return ""
		}
		for _, m := range mountTable(s.proc(pid + "/mountinfo")) {
			if m.ID == mount && m.Mountpoint != "/" {
				return m.Mountpoint
			}
		}
		pid = field(s.proc(pid+"/status"), "PPid")
	}
	return ""
}

// mountAt is the topmost mount on path.
func mountAt(mounts []*mountinfo.Info, path string) (top *mountinfo.Info) {
	for _, m := range mounts {
		if m.Mountpoint == path {
			top = m
		}
	}
	return top
}

// mountID is the mount with this id.
func mountID(mounts []*mountinfo.Info, id int) *mountinfo.Info {
	for _, m := range mounts {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// shared reports whether mounts on m propagate to others (mount_namespaces(7)).
func shared(m *mountinfo.Info) bool {
	return m != nil && strings.Contains(" "+m.Optional, " shared:")
}

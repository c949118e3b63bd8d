//go:build linux

package diag

import (
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// HintProc is why mounting a new procfs failed with errno; "" when that is not
// known. It must be called in the namespaces where it failed, while a /proc can
// still be read.
func HintProc(errno unix.Errno) string { return here.mountProc(errno) }

func (s system) mountProc(errno unix.Errno) string {
	if errno != unix.EPERM {
		return ""
	}
	mounts := mountTable(s.self("mountinfo"))
	if mounts == nil {
		return noProc
	}
	if s.initialUser() {
		if !s.admin() {
			return "mounting needs CAP_SYS_ADMIN, which this process lacks: run it as root, or add --user --map-root-user"
		}
		return s.insideUser(errno)
	}
	if owned, err := s.owner(s.self("ns/pid")); err == nil && !owned {
		return "/proc shows a PID namespace, and this one belongs to a user namespace further out: add --pid, or give --proc=bind or --proc=none"
	}
	if hint := tooRevealing(mounts); hint != "" {
		return hint
	}
	return s.insideUser(errno)
}

const (
	unmask    = "start the container with --security-opt unmask=ALL (podman) or --security-opt systempaths=unconfined (docker)"
	otherProc = ", or give --proc=bind or --proc=none"
)

// tooRevealing: in a user namespace the kernel mounts a procfs only for who
// sees all of one already, or masks would be got rid of that way (dmesg: "VFS:
// Mount too revealing"; mount_too_revealing in fs/namespace.c).
func tooRevealing(mounts []*mountinfo.Info) string {
	var hint string
	for _, m := range mounts {
		if m.FSType != "proc" || m.Root != "/" {
			continue
		}
		masks := masksOf(mounts, m)
		readOnly := slices.Contains(strings.Split(m.Options, ","), "ro")
		switch {
		case len(masks) > 0:
			hint = "the existing " + Quote(m.Mountpoint) + " is partly hidden by mounts on " + some(masks) +
				", and the kernel gives no unmasked one: " + unmask + otherProc
		case readOnly:
			hint = "the existing " + Quote(m.Mountpoint) + " is mounted read-only, and the kernel gives no writable one: " + unmask + otherProc
		default:
			return ""
		}
	}
	if hint == "" {
		return "no complete /proc is mounted here, and without one the kernel gives none to a user namespace: mount it before the old root goes" + otherProc
	}
	return hint
}

// masksOf are the mount points directly below the procfs m. The kernel leaves
// empty directories for three mounts of its own, which hide nothing.
func masksOf(mounts []*mountinfo.Info, m *mountinfo.Info) []string {
	var masks []string
	for _, child := range mounts {
		inside, below := strings.CutPrefix(child.Mountpoint, strings.TrimSuffix(m.Mountpoint, "/"))
		empty := inside == "/sys/fs/binfmt_misc" || inside == "/fs/nfsd" || inside == "/openprom"
		if below && child.Parent == m.ID && child.ID != m.ID && !empty && !slices.Contains(masks, child.Mountpoint) {
			masks = append(masks, child.Mountpoint)
		}
	}
	return masks
}

// some names the first three of paths.
func some(paths []string) string {
	const shown = 3
	var quoted []string
	for _, path := range paths[:min(shown, len(paths))] {
		quoted = append(quoted, Quote(path))
	}
	list := strings.Join(quoted, ", ")
	if more := len(paths) - shown; more > 0 {
		list += " and " + strconv.Itoa(more) + " more"
	}
	return list
}

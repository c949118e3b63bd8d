//go:build linux

package holders

// Busy is what keeps a mount busy.
type Busy struct {
	Mountpoint string   // where the mount is, seen from the caller's root
	Holders    []Holder // the processes that use it, by PID
	Mounts     []string // the mount points below it, parents first
	Loops      []Loop   // the loop devices whose file is on it
	Swaps      []string // the files on it that are swapped to
	Unseen     int      // processes that the caller may not look at
}

// Holder is a process that uses a mount.
type Holder struct {
	PID     int
	Command string   // its name, at most 15 bytes of any kind: /proc/PID/comm
	How     []string // "cwd", "root", "exe", "fd 3", "mmap of /x": the last only where there is nothing else
	// Copy is not empty for a process that uses a copy of the mount, and says where that is.
	// A copy is what propagation has made of the mount in a peer of the mount
	// below; unmounting is to travel there too, and so the copy must not be in use either:
	// propagate_mount_busy() in fs/pnode.c.
	Copy string
	// Elsewhere is for a copy in another mount namespace, the process's own.
	Elsewhere bool
}

// Loop is a loop device and the file behind it.
type Loop struct{ Device, File string }

// Of finds what keeps the mount busy on which path is. The calling process itself is
// left out. It needs /proc; the errors are those of open(2) with O_PATH, and of reading
// /proc. For all processes to be seen the caller needs CAP_SYS_PTRACE, as root has it;
// [Busy.Unseen] counts the others. Linux 3.15.
func Of(path string) (*Busy, error) {
	place, err := Find(path)
	if err != nil {
		return nil, err
	}
	s, err := newScan(place)
	if err != nil {
		return nil, err
	}
	busy := &Busy{Mountpoint: place.Mount.Mountpoint}
	for _, m := range place.Below() {
		busy.Mounts = append(busy.Mounts, m.Mountpoint)
	}
	if err := s.processes(busy); err != nil {
		return nil, err
	}
	l := newLook(s)
	busy.Loops, busy.Swaps = l.loops(), l.swaps()
	return busy, nil
}

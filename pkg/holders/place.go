//go:build linux

package holders

import (
	"os"
	"strconv"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// Place is where a path leads.
type Place struct {
	Path  string            // without links, seen from the caller's root
	ID    int               // of the mount that it is on
	Mount *mountinfo.Info   // that mount; nil when it is not in the caller's mount namespace
	Table []*mountinfo.Info // the mounts of the caller's mount namespace
}

// Find looks where path leads; links are followed. What it opens for that, it has
// closed when it returns: an open descriptor would itself keep the mount busy.
// It may sleep where a network file system does not answer. Linux 3.15.
func Find(path string) (*Place, error) {
	fd, err := openPath(path)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	id, err := mountID("/proc/self/fdinfo/" + strconv.Itoa(fd))
	if err != nil {
		return nil, err
	}
	resolved, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return nil, err
	}
	table, err := mountinfo.GetMounts(nil)
	if err != nil {
		return nil, err
	}
	return &Place{Path: resolved, ID: id, Mount: byID(table, id), Table: table}, nil
}

// IsMountpoint reports whether the path is the root of its mount, and can be unmounted.
func (p *Place) IsMountpoint() bool {
	return p.Mount != nil && (p.Path == p.Mount.Mountpoint || p.Path == p.Mount.Mountpoint+deleted)
}

// IsRoot reports whether the path is the root directory of the calling process.
func (p *Place) IsRoot() bool {
	if p.Path != "/" {
		return false
	}
	root, err := Find("/")
	return err == nil && root.ID == p.ID
}

// Below is all mounts below p.Mount, each after the one that it is on.
func (p *Place) Below() []*mountinfo.Info {
	var found []*mountinfo.Info
	for next := []*mountinfo.Info{p.Mount}; len(next) > 0; next = next[1:] {
		for _, child := range children(p.Table, next[0]) {
			found = append(found, child)
			next = append(next, child)
		}
	}
	return found
}

// Tree is p.Mount and all mounts below it, in an order in which they can be
// unmounted one by one: deepest first. Of mounts that are stacked on one point the
// topmost comes first with all that is on it, since it hides the others.
func (p *Place) Tree() []*mountinfo.Info { return tree(nil, p.Table, p.Mount) }

func tree(out, table []*mountinfo.Info, m *mountinfo.Info) []*mountinfo.Info {
	below := children(table, m)
	for _, on := range [...]bool{true, false} { // what covers m itself hides what else is below m
		for i := len(below) - 1; i >= 0; i-- {
			if child := below[i]; (child.Mountpoint == m.Mountpoint) == on {
				out = tree(out, table, child)
			}
		}
	}
	return append(out, m)
}

// children are the mounts directly on m. The parent of the topmost of all is itself.
func children(table []*mountinfo.Info, m *mountinfo.Info) []*mountinfo.Info {
	var found []*mountinfo.Info
	for _, child := range table {
		if m != nil && child.Parent == m.ID && child.ID != m.ID {
			found = append(found, child)
		}
	}
	return found
}

func byID(table []*mountinfo.Info, id int) *mountinfo.Info {
	for _, m := range table {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// Mounted reports whether a mount with this id is in the caller's mount namespace. The kernel gives
// the id of a mount that has gone to the next one that is made.
func Mounted(id int) (bool, error) {
	found, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) { return m.ID != id, m.ID == id })
	return len(found) > 0, err
}

//go:build linux

package holders

import (
	"os"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// scan is what is looked for.
type scan struct {
	place    *Place
	mounts   map[int]where // the mount and its copies
	prefixes []string      // where they are: their files' names begin with one of these
}

// where says what a mount is to the one that is asked about.
type where struct {
	copy      string
	elsewhere bool
}

func newScan(place *Place) (*scan, error) {
	if place.Mount == nil {
		return nil, &diag.Error{Step: "find the mount of " + diag.Quote(place.Path) + " in this mount namespace", Err: unix.EINVAL}
	}
	return &scan{
		place:    place,
		mounts:   map[int]where{place.ID: {}},
		prefixes: []string{place.Mount.Mountpoint},
	}, nil
}

// addCopies adds the copies of the mount, here and in the mount namespaces of the processes.
// There are none where nothing propagates.
func (s *scan) addCopies(pids []string) {
	group := peerGroup(byID(s.place.Table, s.place.Mount.Parent))
	if group == "" {
		return
	}
	s.add(copies(s.place.Table, s.place.Mount, group), false)
	own, _ := os.Readlink("/proc/thread-self/ns/mnt")
	seen := map[string]bool{own: true}
	for _, pid := range pids {
		dir := "/proc/" + pid + "/"
		ns, err := os.Readlink(dir + "ns/mnt")
		if err == nil && !seen[ns] {
			seen[ns] = true
			s.add(copies(tableOf(dir), s.place.Mount, group), true)
		}
	}
}

func (s *scan) add(found []*mountinfo.Info, elsewhere bool) {
	for _, m := range found {
		s.mounts[m.ID] = where{m.Mountpoint, elsewhere}
		s.prefixes = append(s.prefixes, m.Mountpoint)
	}
}

// candidate reports whether a file of this name may be on one of the mounts. That is
// cheap, touches nothing, and leaves few to be looked at. The name is that of
// d_path(), which goes from the file up through its own mounts, so that it begins with the
// mount point whatever hides the file. Comparing devices would not do: those that
// stat(2) shows of btrfs are not those of the mount table.
func (s *scan) candidate(name string) bool {
	if name == "" || name[0] != '/' { // socket:[1], (unreachable)/x
		return false
	}
	for _, prefix := range s.prefixes {
		rest, found := strings.CutPrefix(name, prefix)
		if found && (rest == "" || rest[0] == '/' || rest == deleted || prefix == "/") {
			return true
		}
	}
	return false
}

// deleted is what the kernel adds to the name of a file that has none any more.
const deleted = " (deleted)"

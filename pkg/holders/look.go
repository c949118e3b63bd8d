//go:build linux

package holders

import (
	"cmp"
	"os"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// look is what one goroutine sees of a scan, which several share and none changes.
type look struct {
	*scan
	buffer []byte
	found  []Holder
	unseen int
}

func newLook(s *scan) *look { return &look{scan: s, buffer: make([]byte, 64<<10)} }

// processes finds those that use the mount, except for the caller. All processors
// take part: a process costs some 100 µs, nearly all of it in the kernel.
func (s *scan) processes(busy *Busy) error {
	pids, err := running()
	if err != nil {
		return err
	}
	s.addCopies(pids)
	looks := make([]*look, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range looks {
		looks[i] = newLook(s)
		all.Go(func() {
			for n := i; n < len(pids); n += len(looks) {
				if h := looks[i].process(pids[n]); h != nil {
					looks[i].found = append(looks[i].found, *h)
				}
			}
		})
	}
	all.Wait()
	for _, l := range looks {
		busy.Holders = append(busy.Holders, l.found...)
		busy.Unseen += l.unseen
	}
	slices.SortFunc(busy.Holders, func(a, b Holder) int { return cmp.Compare(a.PID, b.PID) })
	return nil
}

// running are the processes that /proc shows, without the caller.
func running() ([]string, error) {
	proc, err := openDir("/proc")
	if err != nil {
		return nil, err
	}
	defer unix.Close(proc)
	self, err := os.Readlink("/proc/self")
	if err != nil {
		return nil, err
	}
	notProcess := func(name string) bool { return name[0] < '0' || name[0] > '9' || name == self }
	return slices.DeleteFunc(entries(proc, make([]byte, 64<<10)), notProcess), nil
}

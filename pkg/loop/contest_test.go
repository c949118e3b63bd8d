//go:build linux

package loop

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// Eight at once want fifty devices, all of which are held until the last is there.
func TestManyAtOnceGetADeviceEach(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		const workers, images = 8, 50
		removeNew(t)
		dir := t.TempDir()
		numbers := make(chan int)
		got := make([]*Device, images)
		var group sync.WaitGroup
		for range workers {
			group.Go(func() {
				for n := range numbers {
					got[n] = attachNumbered(t, dir, n)
				}
			})
		}
		for n := range images {
			numbers <- n
		}
		close(numbers)
		group.Wait()

		paths := map[string]bool{}
		for n, d := range got {
			if d == nil {
				continue // has been told
			}
			if want := numbered(dir, n); sysfs(d.Path, "loop/backing_file") != want {
				t.Errorf("%s is not on %s", want, d.Path)
			}
			paths[d.Path] = true
			fatal(t, d.Close())
		}
		if len(paths) != images {
			t.Errorf("%d devices for %d images", len(paths), images)
		}
		wantGone(t, dir)
	})
}

func numbered(dir string, n int) string { return fmt.Sprintf("%s/image%d", dir, n) }

func attachNumbered(t *testing.T, dir string, n int) *Device {
	path := numbered(dir, n)
	if err := os.WriteFile(path, make([]byte, 4096), 0o600); err != nil {
		t.Error(err)
		return nil
	}
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer unix.Close(fd)
	d, err := Attach(fd, Options{ReadOnly: n%2 == 0})
	if err != nil {
		t.Errorf("image %d: %v", n, err)
	}
	return d
}

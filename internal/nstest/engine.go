//go:build linux

package nstest

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// Container is a running container whose only process sleeps. It is stopped, and all
// that its engine made is removed, at the end of the test.
type Container struct {
	Name  string   // by which the engine knows it; empty where it has no names
	ID    string   // the engine's own, if that is not the name
	PID   int      // of its first process, as the caller sees it
	Root  string   // its root file system
	State string   // where its runtime keeps its state, in place of /run/runc or /run/crun
	Env   []string // what the engine's commands need to find it, in addition
}

var containers atomic.Int64

// containerName is one of ourNames, with what makes it unique on the machine.
func containerName() string {
	return fmt.Sprintf("nstest-%d-%d", os.Getpid(), containers.Add(1))
}

// removeCgroups removes the cgroups called name from the root of every hierarchy, with
// those inside. Engines forget some: runc 1.1 leaves the one in the version 2 hierarchy
// of a machine that also has version 1, and podman never removes a parent.
func removeCgroups(t testing.TB, name string) {
	t.Helper()
	hierarchies, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup", "cgroup2"))
	if err != nil {
		t.Error(err)
	}
	for _, h := range hierarchies {
		removeCgroup(t, filepath.Join(h.Mountpoint, name))
	}
}

func removeCgroup(t testing.TB, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // not there
	}
	for _, e := range entries {
		if e.IsDir() {
			removeCgroup(t, filepath.Join(dir, e.Name()))
		}
	}
	// EBUSY: the last process is dead, but not yet out of the cgroup.
	for deadline := time.Now().Add(stopLimit); ; time.Sleep(10 * time.Millisecond) {
		err := unix.Rmdir(dir)
		if err == nil || err == unix.ENOENT {
			return
		}
		if err != unix.EBUSY || time.Now().After(deadline) {
			t.Errorf("rmdir %s: %v", dir, err)
			return
		}
	}
}

// pureCgroup2 is true where version 2 is all there is, at the usual place.
func pureCgroup2() bool {
	var fs unix.Statfs_t
	return unix.Statfs("/sys/fs/cgroup", &fs) == nil && fs.Type == unix.CGROUP2_SUPER_MAGIC
}

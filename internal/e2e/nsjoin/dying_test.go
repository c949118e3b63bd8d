//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// dying is a target that can be killed, with its namespaces kept, so that those of its
// successor are not the same ones again.
type dying struct {
	cmd  *exec.Cmd
	pid  int
	ns   map[string]string
	held []*os.File
}

var dyingKinds = []string{"uts", "ipc", "mnt", "cgroup"}

func newDying(t *testing.T) *dying {
	t.Helper()
	d := &dying{cmd: exec.Command("sleep", "1000"), ns: map[string]string{}}
	d.cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP,
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.pid = d.cmd.Process.Pid
	for _, kind := range dyingKinds {
		d.ns[kind] = namespace(t, d.pid, kind)
		file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", d.pid, kind))
		if err != nil {
			t.Fatal(err)
		}
		d.held = append(d.held, file)
	}
	return d
}

func (d *dying) die() {
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait()
}

func (d *dying) release() {
	for _, file := range d.held {
		file.Close()
	}
}

// successor is another target with this PID, or nil: a thread of this process may have
// taken it for good.
func successor(t *testing.T, pid int) *dying {
	t.Helper()
	for range 5 {
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", []byte(strconv.Itoa(pid-1)), 0); err != nil {
			t.Fatal(err)
		}
		d := newDying(t)
		if d.pid == pid {
			return d
		}
		d.die()
		d.release()
	}
	return nil
}

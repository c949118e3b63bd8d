//go:build linux

package run

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/idmap"
)

// buildMaps is the id maps in full.
func (c *Config) buildMaps() (*idmap.Maps, error) {
	if c.Remap != nil {
		return idmap.Remap(*c.Remap)
	}
	return idmap.Build(c.Maps)
}

// mapper is the part of the helper that writes them.
type mapper struct {
	config *Config
	needed bool
}

func newMapper(c *Config, r *nsexec.Record) *mapper {
	return &mapper{c, r.WritesMaps()}
}

func (m *mapper) write(pid int) error {
	if !m.needed {
		return nil
	}
	maps, err := m.config.buildMaps()
	if err != nil {
		return err
	}
	m.needed = false // once: the mount namespace may be made again, the user namespace is not
	// Nothing has been done yet that would have to be undone, and what newuidmap waits for must not
	// keep this process when the run is over.
	runtime.LockOSThread() // the signal belongs to a thread
	defer runtime.UnlockOSThread()
	parent := os.Getppid()
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return &diag.Error{Step: "ask for the death signal", Call: "prctl(PR_SET_PDEATHSIG, SIGKILL)", Err: err}
	}
	if os.Getppid() != parent {
		return &diag.Error{Step: "map the ids of the user namespace", Err: unix.ESRCH, Hint: "the process that wanted it is gone"}
	}
	defer unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0)
	return idmap.Write(pid, maps.UID, maps.GID, maps.Setgroups)
}

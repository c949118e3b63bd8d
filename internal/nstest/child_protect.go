//go:build linux

package nstest

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// protect makes the files of the machine read-only in this mount namespace, all but the
// temporary directory of the run. A bind mount of a read-only mount is read-only. That
// matters because t.TempDir removes what it finds: without this, a test that binds / or
// /etc below its temporary directory, and leaves the mount to die with the namespace,
// deletes the machine's files at its end.
func protect() error {
	run := filepath.Dir(sharedDir)
	// Its own mount, which the loop below leaves alone.
	if err := unix.Mount(run, run, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind %s: %w", run, err)
	}
	mounts, err := mountinfo.GetMounts(nil)
	if err != nil {
		return err
	}
	for _, m := range mounts {
		if m.Mountpoint == run || slices.Contains(noFiles, m.FSType) {
			continue
		}
		err := unix.Mount("", m.Mountpoint, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|mountFlags(m.Options), "")
		// A mount that another one hides cannot be reached, by the test neither.
		if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("make %s read-only: %w", m.Mountpoint, err)
		}
	}
	return nil
}

// noFiles are the file systems from which nothing can be removed for good.
var noFiles = []string{
	"proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "nsfs", "securityfs", "debugfs",
	"tracefs", "bpf", "pstore", "configfs", "fusectl", "binfmt_misc", "autofs", "rpc_pipefs",
}

// mountFlags are those that a remount must repeat: the kernel would clear what is left
// out, or refuse to where a user namespace has locked it.
func mountFlags(options string) uintptr {
	var flags uintptr
	for option := range strings.SplitSeq(options, ",") {
		flags |= map[string]uintptr{
			"nosuid": unix.MS_NOSUID, "nodev": unix.MS_NODEV, "noexec": unix.MS_NOEXEC,
			"noatime": unix.MS_NOATIME, "nodiratime": unix.MS_NODIRATIME,
			"relatime": unix.MS_RELATIME, "nosymfollow": unix.MS_NOSYMFOLLOW,
		}[option]
	}
	return flags
}

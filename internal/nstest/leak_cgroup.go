//go:build linux

package nstest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// observeCgroups lists the directories of every cgroup hierarchy that is mounted.
func observeCgroups(seen items) error {
	hierarchies, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup", "cgroup2"))
	if err != nil {
		return err
	}
	for _, h := range hierarchies {
		// A cgroup that vanishes while it is listed is no error.
		_ = filepath.WalkDir(h.Mountpoint, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				seen[item{kind: kindCgroup, text: path, path: path}] = true
			}
			return nil
		})
	}
	return nil
}

// cgroupIsEmpty: one that holds processes belongs to something that still runs, and our
// processes are listed by themselves.
func cgroupIsEmpty(path string) bool {
	procs, err := os.ReadFile(filepath.Join(path, "cgroup.procs"))
	return err == nil && strings.TrimSpace(string(procs)) == ""
}

//go:build linux

package nstest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/sys/mountinfo"
)

func observeMounts(seen items) error {
	mounts, err := mountinfo.GetMounts(nil)
	if err != nil {
		return err
	}
	for _, m := range mounts {
		it := item{
			kind: kindMount,
			text: fmt.Sprintf("%d %s on %s type %s (%s) from %s, %s",
				m.ID, m.Root, m.Mountpoint, m.FSType, m.Options, m.Source, m.Optional),
			path: m.Mountpoint,
		}
		if m.FSType == "nsfs" {
			it.kind = kindBoundNS
		}
		seen[it] = true
	}
	return nil
}

func mountedBelow(dir string) ([]*mountinfo.Info, error) {
	return mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) {
		return m.Mountpoint != dir && !strings.HasPrefix(m.Mountpoint, dir+"/"), false
	})
}

func observeLoops(seen items) {
	files, _ := filepath.Glob("/sys/block/loop*/loop/backing_file")
	for _, file := range files {
		backing, err := os.ReadFile(file)
		if err != nil {
			continue // detached meanwhile
		}
		text := strings.Split(file, "/")[3] + " of " + strings.TrimSpace(string(backing))
		seen[item{kind: kindLoop, text: text}] = true
	}
}

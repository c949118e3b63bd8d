//go:build linux

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// writeBundle writes the config.json with which crun and runc do what the other tools
// do: new UTS, PID and mount namespaces, the root file system, /proc, and true.
func (l *lab) writeBundle() error {
	type object map[string]any
	config, err := json.Marshal(object{
		"ociVersion": "1.0.2",
		"process": object{
			"user": object{"uid": 0, "gid": 0},
			"args": []string{"true"},
			"env":  []string{"PATH=/bin"},
			"cwd":  "/",
		},
		"root":   object{"path": l.root},
		"mounts": []object{{"destination": "/proc", "type": "proc", "source": "proc"}},
		"linux": object{
			"namespaces": []object{{"type": "uts"}, {"type": "pid"}, {"type": "mount"}},
		},
	})
	if err != nil {
		return err
	}
	if err := os.Mkdir(l.bundle, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.bundle, "config.json"), config, 0o644)
}

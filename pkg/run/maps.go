//go:build linux

package run

import (
	"nskit.dev/nskit/nsexec"
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
	return idmap.Write(pid, maps.UID, maps.GID, maps.Setgroups)
}

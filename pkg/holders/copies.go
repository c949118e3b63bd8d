//go:build linux

package holders

import (
	"os"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// peerGroup is the number N of "shared:N" in the optional fields of a mount, "" for
// one that propagates to nobody: mount_namespaces(7).
func peerGroup(m *mountinfo.Info) string {
	if m == nil {
		return ""
	}
	for field := range strings.FieldsSeq(m.Optional) {
		if group, found := strings.CutPrefix(field, "shared:"); found {
			return group
		}
	}
	return ""
}

// copies are the mounts in a table that come from m by propagation: the same
// directory of the same file system, on a peer or a slave of what m is on. group is the
// peer group of that.
func copies(table []*mountinfo.Info, m *mountinfo.Info, group string) []*mountinfo.Info {
	var found []*mountinfo.Info
	for _, c := range table {
		same := c.Major == m.Major && c.Minor == m.Minor && c.Root == m.Root && c.ID != m.ID
		if same && receives(byID(table, c.Parent), group) {
			found = append(found, c)
		}
	}
	return found
}

func receives(m *mountinfo.Info, group string) bool {
	if m == nil {
		return false
	}
	fields := strings.Fields(m.Optional)
	return slices.Contains(fields, "shared:"+group) || slices.Contains(fields, "master:"+group)
}

// tableOf is the mounts that a process sees; nil when it has ended or may not be looked at.
func tableOf(dir string) []*mountinfo.Info {
	file, err := os.Open(dir + "mountinfo")
	if err != nil {
		return nil
	}
	defer file.Close()
	table, err := mountinfo.GetMountsFromReader(file, nil)
	if err != nil {
		return nil
	}
	return table
}

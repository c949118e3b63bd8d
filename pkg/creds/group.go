//go:build linux

package creds

import (
	"slices"
	"strings"
)

// Group is an entry of a group file: group(5).
type Group struct {
	Name    string
	GID     uint32
	Members []string // names of users; those whose primary group it is need not be in it
}

// FindGroup is the first entry in the text of a group file that ref means.
func FindGroup(group []byte, ref Ref) (Group, bool) {
	for line := range lines(group) {
		if g, ok := parseGroup(line); ok && ref.means(g.Name, g.GID) {
			return g, true
		}
	}
	return Group{}, false
}

// FindGroups are the groups that the text of a group file has the user in, after
// the primary one, as initgroups(3) collects them. Where they are more than a
// process can have, the last ones are missing.
func FindGroups(group []byte, u User) []uint32 {
	ids, seen := []uint32{u.GID}, map[uint32]bool{u.GID: true}
	for line := range lines(group) {
		g, ok := parseGroup(line)
		if !ok || !slices.Contains(g.Members, u.Name) || seen[g.GID] {
			continue
		}
		seen[g.GID] = true
		if ids = append(ids, g.GID); len(ids) == maxGroups {
			break
		}
	}
	return ids
}

func parseGroup(line string) (Group, bool) {
	f := strings.Split(line, ":")
	if len(f) != 4 || !isEntry(f[0]) {
		return Group{}, false
	}
	gid, ok := ParseID(f[2])
	g := Group{Name: f[0], GID: gid}
	if f[3] != "" {
		g.Members = strings.Split(f[3], ",")
	}
	return g, ok
}

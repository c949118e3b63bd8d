//go:build linux

package creds

import (
	"bytes"
	"strconv"
	"strings"
)

// User is an entry of a passwd file: passwd(5).
type User struct {
	Name        string
	UID, GID    uint32
	Home, Shell string
}

// FindUser is the first entry in the text of a passwd file that ref means. Lines
// that are none, NIS's with a plus and those with a strange number, are passed
// over.
func FindUser(passwd []byte, ref Ref) (User, bool) {
	for line := range lines(passwd) {
		f := strings.Split(line, ":")
		if len(f) != 7 || !isEntry(f[0]) {
			continue
		}
		uid, ok1 := ParseID(f[2])
		gid, ok2 := ParseID(f[3])
		if ok1 && ok2 && ref.means(f[0], uid) {
			return User{Name: f[0], UID: uid, GID: gid, Home: f[5], Shell: f[6]}, true
		}
	}
	return User{}, false
}

// isEntry: not one of the lines by which NIS is included in the files. Names that
// begin with a digit are for those who ask by number.
func isEntry(name string) bool { return name != "" && name[0] != '+' && name[0] != '-' }

// means tells whether ref is for the entry with this name and id.
func (r Ref) means(name string, id uint32) bool {
	if r.Name == "" {
		return r.ID == id
	}
	return r.Name == name
}

// lines are those of a text, without their ends.
func lines(text []byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range bytes.Lines(text) {
			if !yield(string(bytes.TrimSuffix(line, []byte("\n")))) {
				return
			}
		}
	}
}

func decimal(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

//go:build linux

package creds

import (
	"errors"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// What [Read] is given to find names.
const (
	passwdFile = "etc/passwd"
	groupFile  = "etc/group"
)

// UID is the id of the user that ref means in the file system that root is a
// descriptor of: see [Read]. A number needs no file, and none is read for it. A
// name that is not there is an error of usage.
func UID(root int, ref Ref) (uint32, error) {
	if ref.Name == "" {
		return ref.ID, nil
	}
	u, err := LookupUser(root, ref)
	return u.UID, err
}

// LookupUser is the entry of the user that ref means, by number too: an id
// without an entry is an error of usage, as a name without one is.
func LookupUser(root int, ref Ref) (User, error) {
	text, err := readIfThere(root, passwdFile)
	if err != nil {
		return User{}, err
	}
	u, ok := FindUser(text, ref)
	if !ok {
		return User{}, absent(root, "user", ref, passwdFile)
	}
	return u, nil
}

// GIDs are the ids of the groups that refs mean, in their order. The file is
// read once, and only where there is a name among them.
func GIDs(root int, refs ...Ref) ([]uint32, error) {
	var text []byte
	read := false
	ids := make([]uint32, 0, len(refs))
	for _, ref := range refs {
		if ref.Name == "" {
			ids = append(ids, ref.ID)
			continue
		}
		if !read {
			var err error
			if text, err = readIfThere(root, groupFile); err != nil {
				return nil, err
			}
			read = true
		}
		g, ok := FindGroup(text, ref)
		if !ok {
			return nil, absent(root, "group", ref, groupFile)
		}
		ids = append(ids, g.GID)
	}
	return ids, nil
}

// LookupGroups are the ids of all groups that the user is in, the primary one
// first. A root without a group file has no more than that.
func LookupGroups(root int, u User) ([]uint32, error) {
	text, err := readIfThere(root, groupFile)
	if err != nil {
		return nil, err
	}
	return FindGroups(text, u), nil
}

// readIfThere: a root file system without the file has nobody in it.
func readIfThere(root int, path string) ([]byte, error) {
	text, err := Read(root, path)
	if errors.Is(err, unix.ENOENT) {
		return nil, nil
	}
	return text, err
}

func absent(root int, what string, ref Ref, path string) error {
	if root == unix.AT_FDCWD {
		return diag.Usage("there is no %s %s in /%s", what, ref, path)
	}
	e := diag.Usage("there is no %s %s in /%s of the root file system", what, ref, path)
	if ref.Name != "" {
		e.Hint = "names are looked up in the root file system that the command gets; a number needs no entry"
	}
	return e
}

//go:build linux

package cli

import "nskit.dev/nskit/pkg/nsfs"

// nsFile is the value of an option that names a kind of namespace, with FILE or
// without. Which kinds were named is known from the meanings: [Set.NS].
type nsFile struct {
	files *map[nsfs.Kind]string
	kind  nsfs.Kind
}

// Namespace defines an option for a kind of namespace. A FILE that is given goes
// into *files, which stays nil as long as there is none.
func (s *Set) Namespace(files *map[nsfs.Kind]string, kind nsfs.Kind, name string, letter byte, m Meaning, help string) {
	m.NS = uint32(kind)
	s.Optional(&nsFile{files, kind}, name, letter, "FILE", m, help)
}

func (n *nsFile) Set(file string) error {
	if file == "" {
		return ErrEmpty
	}
	if *n.files == nil {
		*n.files = make(map[nsfs.Kind]string, 1)
	}
	(*n.files)[n.kind] = file
	return nil
}

// SetBare takes back a FILE that was given before: the last occurrence counts.
func (n *nsFile) SetBare() error {
	delete(*n.files, n.kind)
	if len(*n.files) == 0 {
		*n.files = nil
	}
	return nil
}

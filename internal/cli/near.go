//go:build linux

package cli

import "nskit.dev/nskit/internal/near"

// near finds the listed options that a misspelt name may stand for.
func (s *Set) near(name string) []string {
	var listed []string
	for _, o := range s.options {
		if o.group != hidden {
			listed = append(listed, o.flag.Name)
		}
	}
	return near.Names(name, listed)
}

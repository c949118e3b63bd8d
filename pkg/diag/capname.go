//go:build linux

package diag

import "nskit.dev/nskit/internal/capname"

// capNames names the capabilities in set, three at most.
func capNames(set uint64) string {
	var names []string
	for n := range 64 {
		if set&(1<<n) != 0 {
			names = append(names, capname.Name(n))
		}
	}
	return some(names)
}

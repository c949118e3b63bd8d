//go:build linux

package plan

import (
	"strings"

	"nskit.dev/nskit/pkg/nsfs"
)

// KindOptions is the kinds as long options of unshare(1) and nsenter(1), each
// with a space before it: " --uts --mount".
func KindOptions(kinds nsfs.Kind) string {
	var b strings.Builder
	for _, kind := range nsfs.Kinds {
		switch {
		case kinds&kind == 0:
		case kind == nsfs.Mnt:
			b.WriteString(" --mount")
		default:
			b.WriteString(" --" + kind.String())
		}
	}
	return b.String()
}

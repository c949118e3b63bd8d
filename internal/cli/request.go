//go:build linux

package cli

import "nskit.dev/nskit/pkg/nsfs"

// Files is the files of [Set.Namespace] as nsexec.Request has them: the kinds
// that have one, and each by the index of its kind in [nsfs.Kinds].
func Files(files map[nsfs.Kind]string) (kinds nsfs.Kind, list [8]string) {
	if files == nil {
		return 0, list
	}
	for i, kind := range nsfs.Kinds {
		if file, ok := files[kind]; ok {
			kinds |= kind
			list[i] = file
		}
	}
	return kinds, list
}

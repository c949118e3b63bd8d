//go:build linux

package mounts_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// On a host whose mounts are shared, what is done to the old root stays in the namespace of the
// run, whichever way the new root is made.
func TestNothingOfTheHostIsUnmounted(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		h := hosts(t)[1]
		dir, file := h.rootfs(t, root), image(t, "ext4", root)
		mkdir(t, dir, "data")
		for _, propagation := range []string{"private", "slave", "shared"} {
			for _, volume := range []string{"", ":/tmp:rslave", ":/tmp:rshared"} {
				for _, way := range []string{"", "--overlay", "--overlay=/mnt/kept", "--no-pivot"} {
					for _, path := range []string{dir, file} {
						args := append(strings.Fields(way), "-mp", "--propagation="+propagation)
						t.Run(strings.Join(append(args, volume, filepath.Base(path)), " "), func(t *testing.T) {
							src := sharedHost(t, h.dir)
							if volume != "" {
								args = append(args, "-v", src+volume)
							}
							check := unchanged(t)
							root.prints(t, "", "true", append(args, path)...)
							check(t, "the host")
						})
					}
				}
			}
		}
	})
}

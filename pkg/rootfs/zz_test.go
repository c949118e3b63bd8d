//go:build linux

package rootfs

import (
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	for _, np := range []bool{false, true} {
		everywhere(t, func(t *testing.T, c Config) {
			tree(t, "dir r", "dir a", "file a/f", "symlink r/t /", "file canary")
			c = bare(c, volume(t, "/tmp/a:/t"))
			c.NoPivot = np
			t.Error(np, run(t, c, func() {
				for _, d := range []string{"/", "/..", "/../tmp", "."} {
					e, err := os.ReadDir(d)
					t.Log(d, e, err)
				}
				for _, e := range mounts(t, "thread-self") {
					t.Log(e)
				}
				checkEscape(t)
			}))
		})
	}
}

//go:build linux

package runopts

import (
	"strings"
	"testing"
)

// What each run of nsrun with Go work pays: the definitions and one parse.
func BenchmarkParse(b *testing.B) {
	args := strings.Fields("--uts --pid --mnt ./rootfs sh")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(args); err != nil {
			b.Fatal(err)
		}
	}
}

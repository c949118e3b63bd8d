//go:build linux

package rootfs

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// links are the names that programs expect in /dev. core is there since the
// OCI runtimes have it where there is a /proc/kcore.
var links = [...]struct{ name, to string }{
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
	{"core", "/proc/kcore"},
	{"ptmx", "pts/ptmx"}, // each devpts has its own: devpts(5)
}

func (b *builder) devLinks() {
	b.add(
		func() string { return eachLink("symlinkat(%q, AT_FDCWD, %q)") },
		func() string { return eachLink("ln -s %s %s") },
		func() error {
			for _, l := range links {
				if err := unix.Symlinkat(l.to, unix.AT_FDCWD, l.name); err != nil {
					return devError(l.name, fmt.Sprintf("symlinkat(%q, AT_FDCWD, %q)", l.to, l.name), err)
				}
			}
			return nil
		},
	)
}

func eachLink(format string) string {
	var lines []string
	for _, l := range links {
		lines = append(lines, fmt.Sprintf(format, l.to, l.name))
	}
	return strings.Join(lines, "\n")
}

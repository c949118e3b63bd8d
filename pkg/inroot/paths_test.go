//go:build linux

package inroot

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var (
	name255 = strings.Repeat("n", 255)
	long    = strings.Repeat("l/", 2046) + "end" // 4095 bytes
)

// pathSpecs are what the rows of paths are about. The links out have decoys inside.
func pathSpecs() []string {
	specs := []string{
		"dir a/b", "file a/b/c", "file f", "fifo fifo", "socket socket", "dir dir", "dir tmp/outside", "file tmp/outside/canary",
		"symlink abs /a/b/c", "symlink rel a/b/c", "symlink a/b/up ../../a/b/c", "symlink a/b/same c",
		"symlink out /tmp/outside/canary", "symlink out2 ../../../../tmp/outside/canary", "symlink a/out3 ../../tmp/outside/canary",
		"symlink two abs", "symlink three a/../two", "symlink ab a/b", "symlink a/absdir /a", "symlink slash a/b/", "symlink slashes //a//b//c",
		"symlink fileslash f/", "symlink filedot f/.", "symlink filedotdot f/..", "symlink dot .", "symlink dotdot ..", "symlink topdir /",
		"symlink back a/b/..", "symlink phys ab/..", "symlink twice phys/b/../b",
		"symlink loop loop", "symlink loop1 loop2", "symlink loop2 /loop1", "symlink nothing missing", "symlink nothing2 /a/missing/x",
		"symlink chain0 a/b/c", "symlink mnt/home ../a/b", "symlink exe /proc/self/exe", "dir proc", "dir nosym",
		"dir space in the name", "dir new\nline", "dir \xff\xfe", "dir " + name255, "dir \\n\"'`$(x)", "dir -", "symlink l .",
	}
	for i := range 40 {
		specs = append(specs, "symlink chain"+strconv.Itoa(i+1)+" chain"+strconv.Itoa(i))
	}
	return specs
}

var paths = []struct {
	why  string
	path string
	want string // what it is, without links
	err  unix.Errno
}{
	{why: "a file", path: "/a/b/c", want: "a/b/c"},
	{why: "a relative path", path: "a/b/c", want: "a/b/c"},
	{why: "a directory", path: "/a/b", want: "a/b"},
	{why: "one component", path: "/f", want: "f"},
	{why: "the root directory", path: "/", want: "."},
	{why: "no path", path: "", want: "."},
	{why: "a dot", path: ".", want: "."},
	{why: "slashes, dots and a slash at the end", path: "//a/.//b/c/", want: "a/b/c"},
	{why: "up at the top", path: "../../a", want: "a"},
	{why: "up to the top and further", path: "a/../../f", want: "f"},
	{why: "up to outside, by name", path: "/../outside/canary", err: unix.ENOENT},
	{why: "up is text: through a file", path: "f/../a", want: "a"},
	{why: "missing", path: "/missing", err: unix.ENOENT},
	{why: "missing in the middle", path: "/a/missing/c", err: unix.ENOENT},
	{why: "a file in the middle", path: "/f/x", err: unix.ENOTDIR},
	{why: "a FIFO", path: "fifo", want: "fifo"},
	{why: "a FIFO in the middle", path: "fifo/x", err: unix.ENOTDIR},
	{why: "a socket", path: "socket", want: "socket"},

	{why: "an absolute link", path: "abs", want: "a/b/c"},
	{why: "a relative link", path: "rel", want: "a/b/c"},
	{why: "a link to its neighbour", path: "a/b/same", want: "a/b/c"},
	{why: "a link up and down", path: "a/b/up", want: "a/b/c"},
	{why: "an absolute link out", path: "out", want: "tmp/outside/canary"},
	{why: "a relative link out", path: "out2", want: "tmp/outside/canary"},
	{why: "a relative link out, from below", path: "a/out3", want: "tmp/outside/canary"},
	{why: "a link to a link", path: "two", want: "a/b/c"},
	{why: "a link to a link to a link", path: "three", want: "a/b/c"},
	{why: "a link in the middle", path: "ab/c", want: "a/b/c"},
	{why: "an absolute link in the middle", path: "a/absdir/b/c", want: "a/b/c"},
	{why: "links all the way", path: "topdir/dot/ab/same", want: "a/b/c"},
	{why: "a link to a directory", path: "ab", want: "a/b"},
	{why: "a link with a slash at its end", path: "slash", want: "a/b"},
	{why: "a link with a slash at its end, in the middle", path: "slash/c", want: "a/b/c"},
	{why: "a link with many slashes", path: "slashes", want: "a/b/c"},
	{why: "a link to a file as if a directory", path: "fileslash", err: unix.ENOTDIR},
	{why: "a link to what is in a file", path: "filedot", err: unix.ENOTDIR},
	{why: "a link to above a file", path: "filedotdot", err: unix.ENOTDIR},
	{why: "a link to a file, in the middle", path: "rel/x", err: unix.ENOTDIR},
	{why: "a link to the directory that it is in", path: "dot", want: "."},
	{why: "a link above the root directory", path: "dotdot", want: "."},
	{why: "a link to the root directory", path: "topdir", want: "."},
	{why: "a link that goes back", path: "back", want: "a"},
	{why: "a link back from where a link leads", path: "phys", want: "a"},
	{why: "a link with both", path: "twice", want: "a/b"},
	{why: "a loop", path: "loop", err: unix.ELOOP},
	{why: "a loop of two", path: "loop1", err: unix.ELOOP},
	{why: "a loop in the middle", path: "loop1/x", err: unix.ELOOP},
	{why: "a link to nothing", path: "nothing", err: unix.ENOENT},
	{why: "a link to nothing in the middle", path: "nothing/x", err: unix.ENOENT},
	{why: "a link to nothing far away", path: "nothing2", err: unix.ENOENT},
	{why: "40 links", path: "chain39", want: "a/b/c"},
	{why: "41 links", path: "chain40", err: unix.ELOOP},
	{why: "too many links in the middle", path: strings.Repeat("l/", 41) + "f", err: unix.ELOOP},

	{why: "spaces", path: "space in the name", want: "space in the name"},
	{why: "a newline", path: "new\nline", want: "new\nline"},
	{why: "no UTF-8", path: "\xff\xfe", want: "\xff\xfe"},
	{why: "quotes", path: "\\n\"'`$(x)", want: "\\n\"'`$(x)"},
	{why: "a dash", path: "-", want: "-"},
	{why: "a name of 255 bytes", path: name255, want: name255},
	{why: "a name of 256 bytes", path: name255 + "n", err: unix.ENAMETOOLONG},
	{why: "a path of 4095 bytes", path: long, err: unix.ELOOP},
	{why: "a path of 4096 bytes", path: long + "s", err: unix.ENAMETOOLONG},
	{why: "a NUL byte", path: "a\x00b", err: unix.EINVAL},

	{why: "below a mount", path: "mnt/x/y", want: "mnt/x/y"},
	{why: "a mount point", path: "mnt", want: "mnt"},
	{why: "out of a mount by a link", path: "mnt/home/c", want: "a/b/c"},
	{why: "the top of procfs", path: "proc", want: "proc"},
	{why: "a file of procfs", path: "proc/self/status", want: "proc/PID/status"},
	{why: "a link of procfs that is not magic", path: "proc/self", want: "proc/PID"},
	{why: "another one that leads there", path: "proc/mounts", want: "proc/PID/mounts"},
	{why: "a magic link", path: "proc/self/exe", err: unix.ELOOP},
	{why: "a magic link to outside", path: "proc/self/root", err: unix.ELOOP},
	{why: "a magic link in the middle", path: "proc/self/root/tmp/outside/canary", err: unix.ELOOP},
	{why: "a magic link to what is open", path: "proc/self/fd/1", err: unix.ELOOP},
	{why: "a link to a magic link", path: "exe", err: unix.ELOOP},
	{why: "a link on a mount with nosymfollow", path: "nosym/f", err: unix.ELOOP},
	{why: "a file on a mount with nosymfollow", path: "nosym/x", want: "nosym/x"},
}

func TestPaths(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, done := tree(t, pathSpecs()...)
		defer done()
		mountBelow(t)
		for _, row := range paths {
			want := strings.ReplaceAll(row.want, "PID", strconv.Itoa(os.Getpid()))
			fd, err := Open(root, row.path)
			checkOpen(t, row.why, want, row.err, fd, err)
			m, err := Find(root, row.path)
			checkFound(t, "Find: "+row.why, want, row.err, m, err)
			if row.err != unix.ENOENT {
				m, err = Create(root, row.path, true)
				checkFound(t, "Create: "+row.why, want, row.err, m, err)
			}
		}
	})
}

// mountBelow mounts in the root directory what the rows of paths mention.
func mountBelow(t *testing.T) {
	t.Helper()
	fatal(t, unix.Mount("/proc", inside+"/proc", "", unix.MS_BIND|unix.MS_REC, ""))
	fatal(t, unix.Mount("tmpfs", inside+"/mnt", "tmpfs", 0, "mode=755"))
	plant(t, "dir mnt/x/y")
	plant(t, "symlink mnt/home ../a/b")
	fatal(t, unix.Mount("tmpfs", inside+"/nosym", "tmpfs", unix.MS_NOSYMFOLLOW, "mode=755"))
	plant(t, "file nosym/x")
	plant(t, "symlink nosym/f x")
}

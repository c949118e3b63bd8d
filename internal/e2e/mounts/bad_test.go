//go:build linux

package mounts_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// badHost is /mnt/bad with a root file system "rootfs" and what the wrong command lines name.
func badHost(t *testing.T, c caller) (dir string) {
	t.Helper()
	dir = c.mkdir(t, "/mnt/bad")
	h := host{dir: dir, from: hosts(t)[0].from}
	r := h.rootfs(t, c)
	c.mkdir(t, r, "dir")
	c.mkdir(t, dir, "src")
	write(t, r+"/file", "x\n")
	write(t, dir+"/file", "x\n")
	write(t, dir+"/empty", "")
	write(t, dir+"/zip", "PK\x03\x04")
	fatal(t, unix.Mkfifo(dir+"/fifo", 0o644))
	for link, target := range map[string]string{dir + "/dangling": "nowhere", dir + "/loop": "loop", r + "/loop": "loop", r + "/magic": "/proc/self/root"} {
		fatal(t, os.Symlink(target, link))
	}
	return dir
}

// Each wrong command line gets a line that quotes the part at fault, and nothing is done.
func TestWrongCommandLine(t *testing.T) {
	onHost(t, func(t *testing.T) {
		eachCaller(t, func(t *testing.T, c caller) {
			dir := badHost(t, c)
			defer os.RemoveAll(dir)
			check := unchanged(t, dir)
			for args, line := range wrongWords {
				c.in(dir).fails(t, 125, split(args), line)
				check(t, args)
			}
			for _, row := range wrongPlaces {
				c.in(dir).fails(t, 125, split(row.args), append([]string{row.line}, row.hint...)...)
				check(t, row.args)
			}
		})
	})
}

const volumeOptions = "ro rw nosuid nodev noexec norec private slave shared unbindable rprivate rslave rshared runbindable idmap create"

// wrongWords can be told from the words alone.
var wrongWords = map[string]string{
	"-v src rootfs true":                                       "--volume src is not SRC:DST[:OPTS]",
	"-v :/data rootfs true":                                    "--volume :/data: the source is missing",
	"-v src: rootfs true":                                      "--volume src:: the target is missing",
	"-v src:data rootfs true":                                  "--volume src:data: the target data is not an absolute path",
	"-v src:/ rootfs true":                                     "--volume src:/: the target is the root itself: give that with --root",
	"-v src:/..//. rootfs true":                                "--volume src:/..//.: the target is the root itself: give that with --root",
	"-v src:/data:ro:x rootfs true":                            `--volume src:/data:ro:x has more than SRC:DST:OPTS: a colon in a path is written \:`,
	"-v src:/data:sometimes rootfs true":                       "--volume src:/data:sometimes: the option sometimes is none of " + volumeOptions,
	"-v src:/data:RO rootfs true":                              "--volume src:/data:RO: the option RO is none of " + volumeOptions,
	"-v src:/data: rootfs true":                                `--volume src:/data:: the option "" is none of ` + volumeOptions,
	"-v src:/data:ro,,nodev rootfs true":                       `--volume src:/data:ro,,nodev: the option "" is none of ` + volumeOptions,
	"-v src:/data:a\x1b[2J rootfs true":                        `--volume "src:/data:a\x1b[2J": the option "a\x1b[2J" is none of ` + volumeOptions,
	"-v src:/data:ro,rw rootfs true":                           "--volume src:/data:ro,rw is both ro and rw",
	"-v src:/data:shared,rslave rootfs true":                   "--volume src:/data:shared,rslave is both shared and rslave",
	"-v src:/data:shared --propagation=unbindable rootfs true": "--volume src:/data:shared: with --propagation=unbindable it cannot have peers",
	"-v src:/data -v file:/data rootfs true":                   "--volume src:/data and --volume file:/data are for the same place",
	"-v src:/data --tmpfs /x/../data/ rootfs true":             "--volume src:/data and --tmpfs /x/../data/ are for the same place",
	"--volume= rootfs true":                                    "option --volume: SRC:DST[:OPTS] is empty",
	"--volume":                                                 "option --volume needs an argument: SRC:DST[:OPTS]",
	"--tmpfs data rootfs true":                                 "--tmpfs data: the target data is not an absolute path",
	"--tmpfs / rootfs true":                                    "--tmpfs /: the target is the root itself: give that with --root",
	"--tmpfs= rootfs true":                                     "option --tmpfs: DST[:OPTS] is empty",
	"--tmpfs /data:size=10q rootfs true":                       "--tmpfs /data:size=10q: the tmpfs option size=10q wants a number of bytes, with k, m, g or % (of the memory) at its end if need be",
	"--tmpfs /data:mode=9 rootfs true":                         "--tmpfs /data:mode=9: the tmpfs option mode=9 wants octal permissions",
	"--tmpfs /data:nothing rootfs true":                        "--tmpfs /data:nothing: tmpfs has no option nothing",
	"--tmpfs /data:size=1m:x rootfs true":                      `--tmpfs /data:size=1m:x has more than DST:OPTS: a colon in a path is written \:`,
	"--fs tmpfs:/data rootfs true":                             "--fs tmpfs:/data is not TYPE:SRC:DST[:OPTS]",
	"--fs :src:/data rootfs true":                              "--fs :src:/data: the type of the file system is missing",
	"--fs bind:src:/data rootfs true":                          "--fs bind:src:/data: bind is no type of file system: use --volume",
	"--fs ext4:file:data rootfs true":                          "--fs ext4:file:data: the target data is not an absolute path",
	"--mask data rootfs true":                                  "--mask data is neither an absolute path nor default",
	"--mask / rootfs true":                                     "--mask / is the root itself",
	"--mask= rootfs true":                                      "option --mask: PATH|default|none is empty",
	"--ro-path defaults rootfs true":                           "--ro-path defaults is neither an absolute path nor default",
	"--ro-path /.. rootfs true":                                "--ro-path /.. is the root itself",
	"--overlay= rootfs true":                                   "option --overlay: DIR is empty",
	"--root= true":                                             "option --root: DIR|IMAGE is empty",
	"--ro=yes rootfs true":                                     "option --ro takes no argument",
	"--no-pivot=1 rootfs true":                                 "option --no-pivot takes no argument",
	"--propagation=sideways rootfs true":                       "option --propagation: sideways is not one of private, slave, shared, unbindable, unchanged",
	"--ro true":                                                "--ro needs a root file system: give ROOTFS or --root",
	"--ro --mnt true":                                          "--ro needs a root file system: give ROOTFS or --root",
	"--overlay true":                                           "--overlay needs a root file system: give ROOTFS or --root, / for a throw-away copy of the host's",
	"--overlay=src true":                                       "--overlay needs a root file system: give ROOTFS or --root, / for a throw-away copy of the host's",
	"--no-pivot true":                                          "--no-pivot needs a root file system: give ROOTFS or --root",
	"--root=file true":                                         "the image file has none of the file systems that can be told apart (ext4, xfs, squashfs, erofs)",
	"--root=empty true":                                        "the image empty has none of the file systems that can be told apart (ext4, xfs, squashfs, erofs): it is empty",
	"--fs auto:zip:/data rootfs true":                          "the image zip has none of the file systems that can be told apart (ext4, xfs, squashfs, erofs): it is a zip archive",
	"--overlay=file rootfs true":                               "open the directory of the writable layer file: not a directory (ENOTDIR)",
	"--root=fifo true":                                         `make the root directory fifo a mount: open_tree(AT_FDCWD, "fifo/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE): not a directory (ENOTDIR)`,
	"--root=missing true":                                      `make the root directory missing a mount: open_tree(AT_FDCWD, "missing/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE): no such file or directory (ENOENT)`,
	"--root=loop true":                                         `make the root directory loop a mount: open_tree(AT_FDCWD, "loop/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE): too many levels of symbolic links (ELOOP)`,
	"-v loop:/data rootfs true":                                `open the source of --volume loop:/data: open("loop", O_PATH|O_CLOEXEC): too many levels of symbolic links (ELOOP)`,
	"-v file/x:/data rootfs true":                              `open the source of --volume file/x:/data: open("file/x", O_PATH|O_CLOEXEC): not a directory (ENOTDIR)`,
}

func split(args string) []string { return strings.Split(args, " ") }

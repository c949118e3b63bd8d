//go:build linux

package mounts_hostile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// uses are options that have a path inside the root file system as their target. SRC is a
// directory with a file; TARGET is where the trap is.
var uses = []struct {
	name    string
	options []string
}{
	{"a volume of a directory", []string{"-v", "SRC:TARGET"}},
	{"a volume below", []string{"-v", "SRC:TARGET/new/mount"}},
	{"a volume of a file", []string{"-v", "SRC/f:TARGET"}},
	{"a volume of a file below", []string{"-v", "SRC/f:TARGET/new/f"}},
	{"a volume on a file that is there outside", []string{"-v", "SRC/f:TARGET/canary"}},
	{"a tmpfs", []string{"--tmpfs", "TARGET"}},
	{"a tmpfs below", []string{"--tmpfs", "TARGET/e"}},
	{"a file system", []string{"--fs", "tmpfs:x:TARGET/sub"}},
	{"a mask", []string{"--mask", "TARGET"}},
	{"a mask of a file", []string{"--mask", "TARGET/canary"}},
	{"a read-only path", []string{"--ro-path", "TARGET"}},
	{"a read-only file", []string{"--ro-path", "TARGET/canary"}},
	{"the working directory", []string{"--wd=TARGET"}},
	{"a read-only root", []string{"--ro", "-v", "SRC:TARGET/new"}},
	{"an overlay", []string{"--overlay", "-v", "SRC:TARGET/new"}},
}

// replay lays each of the traps at a path, and starts nsrun with some uses of it.
func replay(t *testing.T, where string, chosen func(use string) bool) {
	t.Helper()
	replayWith(t, nil, where, chosen)
}

// replayWith is replay with something before the command.
func replayWith(t *testing.T, before []string, where string, chosen func(use string) bool) {
	t.Helper()
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		must(t, os.Symlink(canary.dir, filepath.Join(root, "escape")))
		src := source(t, root)
		for _, trap := range traps {
			for _, use := range uses {
				if !chosen(use.name) {
					continue
				}
				lay(t, filepath.Join(root, where), trap.kind, trap.to, canary.dir)
				var options []string
				for _, o := range use.options {
					options = append(options, strings.NewReplacer("SRC", src, "TARGET", "/"+where).Replace(o))
				}
				// What the command does with it is within the root file system, too.
				cmd := c.nsrun(t, job(options, root, "sh", "-c",
					`[ -p "$1" ] || cat "$1/canary"; echo x >"$1/written"; mkdir "$1/made"; true`, "sh", "/"+where)...)
				cmd = after(before, cmd)
				cmd.Dir = canary.dir
				r := nstest.Exec(t, cmd)
				what := use.name + " where there is " + trap.name
				if r.Code == 0 {
					r.Stderr = "" // the command's
				}
				harmless(t, r, what)
				if t.Failed() {
					t.Fatal(what)
				}
			}
		}
		canary.untouched(t)
	})
}

// source is a directory next to the root file system, with one file f.
func source(t *testing.T, root string) string {
	t.Helper()
	src := filepath.Join(filepath.Dir(root), "source")
	must(t, os.Mkdir(src, 0o755))
	write(t, filepath.Join(src, "f"), "of the source\n", 0o644)
	return src
}

// CVE-2024-45310 (runc): a missing mount point was made with a plain mkdir -p, through the
// links of the root file system.
func TestCVE_2024_45310(t *testing.T) { replay(t, "mnt", func(string) bool { return true }) }

// The same by the old calls: without openat2(2), open_tree(2), move_mount(2), fsopen(2) and
// mount_setattr(2).
func TestCVE_2024_45310OnAnOldKernel(t *testing.T) {
	replayWith(t, nstest.OldKernel(t), "mnt", below)
}

// CVE-2015-1335 (lxc), CVE-2014-6407, CVE-2015-3629 (docker): links in the middle of a mount
// target.
func TestCVE_2015_1335(t *testing.T) { replay(t, "var/lib/mnt", below) }

// below is true of the uses that something has to be created for.
func below(use string) bool { return strings.HasSuffix(use, "below") }

// What a distribution has: the tool opens nothing of it, so that a FIFO there does not hold it
// up, and mounts go where they are asked to.
func TestHostileEtc(t *testing.T) { replay(t, "etc", below) }

func TestHostileTmp(t *testing.T) { replay(t, "tmp", below) }

// CVE-2026-87766 (bwrap): the root that the mounts are prepared in had a name, to which a
// link of the root file system could lead. Here there is none: not "/..", not a descriptor.
func TestCVE_2026_87766(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		links := []string{"/..", "/../..", "..", "/oldroot", "/newroot", "/proc/1/root", "/proc/self/root",
			"/proc/thread-self/root", "/proc/self/cwd", "/proc/self/cwd/..", "/dev/fd/3"}
		for fd := range 12 {
			links = append(links, fmt.Sprintf("/proc/self/fd/%d", fd))
		}
		for _, to := range links {
			lay(t, filepath.Join(root, "mnt"), "link", to, "")
			for _, target := range []string{"/mnt/b", "/mnt" + canary.dir + "/b"} {
				for _, options := range [][]string{{"-v", src + ":" + target}, {"--tmpfs", target}} {
					cmd := c.nsrun(t, job(options, root, "true")...)
					cmd.Dir = canary.dir
					harmless(t, nstest.Exec(t, cmd), target+" where mnt leads to "+to)
				}
			}
			// What was made inside is for the next link in the way.
			must(t, os.RemoveAll(filepath.Join(root, "tmp")))
			must(t, os.Mkdir(filepath.Join(root, "tmp"), 0o777))
			give(t, c, root)
		}
		canary.untouched(t)
	})
}

// Links in a volume, not in the root file system: both are a stranger's.
func TestLinksInAVolume(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		must(t, os.Symlink(canary.dir, filepath.Join(src, "abs")))
		must(t, os.Symlink("../../../../../.."+canary.dir, filepath.Join(src, "rel")))
		must(t, os.Symlink("/proc/self/fd/5", filepath.Join(src, "fd")))
		must(t, unix.Mkfifo(filepath.Join(src, "fifo"), 0o666))
		give(t, c, src)
		for _, name := range []string{"abs", "rel", "fd", "fifo", "f"} {
			for _, below := range []string{"", "/e", "/canary", "/new/one"} {
				target := "/vol/" + name + below
				for _, options := range [][]string{
					{"-v", src + ":" + target}, {"-v", src + "/f:" + target}, {"--tmpfs", target},
					{"--mask", target}, {"--ro-path", target}, {"--wd=" + target},
				} {
					options = append([]string{"-v", src + ":/vol"}, options...)
					r := nstest.Exec(t, c.nsrun(t, job(options, root, "sh", "-c", "cat canary 2>&1; true")...))
					harmless(t, r, target)
				}
			}
		}
		canary.untouched(t)
	})
}

//go:build linux

package rootfs

import (
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// bare is c with a root directory and with nothing in it but /proc, which the tests read.
func bare(c Config, mounts ...Mount) Config {
	c.Root, c.Dev, c.Sys, c.Mounts = "/tmp/r", DevNone, SysNone, mounts
	return c
}

func volumes(t *testing.T, specs ...string) (list []Mount) {
	t.Helper()
	for _, spec := range specs {
		list = append(list, volume(t, spec))
	}
	return list
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkThere looks for files inside, and for those that must not be there, with a "!".
func checkThere(t *testing.T, paths string) {
	t.Helper()
	for path := range strings.FieldsSeq(paths) {
		path, absent := strings.CutPrefix(path, "!")
		if exists(path) == absent {
			t.Errorf("%s is there: %v, want %v", path, absent, !absent)
		}
	}
}

// What a volume shows, at which place, and what stays of the mount point afterwards.
func TestVolumesAreShownAtTheirPlace(t *testing.T) {
	for _, row := range []struct {
		name, tree, volumes string
		inside, after       string
	}{
		{"a directory on a directory", "dir r/x, dir a, file a/f", "/tmp/a:/x", "/x/f", "!/tmp/r/x/f"},
		{"a directory on nothing, which is created", "dir r, dir a, file a/f", "/tmp/a:/x/y", "/x/y/f", "/tmp/r/x/y"},
		{"a file on a file", "dir r, file r/x, file f", "/tmp/f:/x", "/x", "/tmp/r/x"},
		{"a file on nothing, which is created", "dir r, file f", "/tmp/f:/x/y", "/x/y", "/tmp/r/x/y"},
		{"a file on nothing in a directory that is there", "dir r/x, file f", "/tmp/f:/x/f", "/x/f", "/tmp/r/x/f"},
		{"a FIFO is as good as a file", "dir r, fifo f", "/tmp/f:/x", "/x", "/tmp/r/x"},
		{"a link as the source is what it leads to", "dir r, dir a, file a/f, symlink l a", "/tmp/l:/x", "/x/f", ""},
		{"what is further up comes first, in whatever order", "dir r, dir a, file a/f, dir b/y, file b/g",
			"/tmp/a:/x/y /tmp/b:/x", "/x/g /x/y/f", "!/tmp/r/x/y !/tmp/b/y/f"},
		{"a mount point in a volume is created in its source", "dir r, dir a, file a/f, dir b", "/tmp/b:/x /tmp/a:/x/y",
			"/x/y/f", "/tmp/b/y !/tmp/r/x/y"},
		{"three deep", "dir r, dir a, dir b, dir c, file c/f", "/tmp/c:/x/y/z /tmp/b:/x/y /tmp/a:/x", "/x/y/z/f", "/tmp/a/y /tmp/b/z"},
		{"the root directory itself as a source", "dir r, file r/f", "/tmp/r:/x", "/x/f", "/tmp/r/x"},
		{"one source twice", "dir r, dir a, file a/f", "/tmp/a:/x /tmp/a:/y", "/x/f /y/f", ""},
		{"a target with a colon", "dir r, dir a, file a/f", `/tmp/a:/x\:y`, "/x:y/f", "/tmp/r/x:y"},
		{"a missing source is created", "dir r", "/tmp/new/a:/x:create", "/x", "/tmp/new/a /tmp/r/x"},
		{"a source that is there is taken as it is", "dir r, file f", "/tmp/f:/x:create", "/x", "/tmp/f"},
		{"a relative target link", "dir r/real, symlink r/l real, dir a, file a/f", "/tmp/a:/l", "/real/f /l/f", ""},
		{"an absolute target link stays inside", "dir r/real, dir real, symlink r/l /real, dir a, file a/f", "/tmp/a:/l",
			"/real/f", "!/tmp/real/f"},
		{"a link up and out stays inside", "dir r/outside, dir outside, symlink r/l ../../../outside, dir a, file a/f", "/tmp/a:/l",
			"/outside/f", "!/tmp/outside/f"},
		{"a link in the middle stays inside", "dir r/real, dir real, symlink r/l /real, dir a, file a/f", "/tmp/a:/l/x/y",
			"/real/x/y/f", "/tmp/r/real/x/y !/tmp/real/x"},
		{"a chain of links", "dir r/d/real, symlink r/d/b real, symlink r/l d/b, dir a, file a/f", "/tmp/a:/l/x", "/d/real/x/f", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, strings.Split(row.tree, ", ")...)
				before := mounts(t, "self")
				fatal(t, run(t, bare(c, volumes(t, strings.Fields(row.volumes)...)...), func() { checkThere(t, row.inside) }))
				checkThere(t, row.after)
				outsideUnchanged(t, before)
			})
		})
	}
}

// A source is what the caller's working directory and mounts make of it.
func TestVolumeSources(t *testing.T) {
	for _, row := range []struct{ name, source, spec string }{
		{"a relative path", "here/a", "a:/x"},
		{"the working directory", "here", ".:/x"},
		{"one up", "a", "../a:/x"},
		{"up from a link goes where the kernel goes", "deep/a", "l/../a:/x"},
		{"a space", "a b", "/tmp/a b:/x"},
		{"a colon", "a:b", `/tmp/a\:b:/x`},
		{"a comma", "a,b", "/tmp/a,b:/x"},
		{"a backslash", `a\b`, `/tmp/a\\b:/x`},
		{"a newline", "a\nb", "/tmp/a\nb:/x"},
		{"no UTF-8", "\xff\xfe", "/tmp/\xff\xfe:/x"},
		{"an escape sequence", "\x1b[m", "/tmp/\x1b[m:/x"},
		{"as long as a name can be", strings.Repeat("a", 255), "/tmp/" + strings.Repeat("a", 255) + ":/x"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r", "dir here", "dir deep/l", "symlink here/l ../deep/l")
				fatal(t, os.MkdirAll("/tmp/"+row.source, 0o755))
				fatal(t, os.WriteFile("/tmp/"+row.source+"/f", nil, 0o644))
				fatal(t, os.Chdir("/tmp/here"))
				fatal(t, run(t, bare(c, volume(t, row.spec)), func() { checkThere(t, "/x/f") }))
			})
		})
	}
}

func TestVolumesBringTheirMountsAlong(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r", "dir a/sub")
		mountTmpfs(t, "/tmp/a/sub", unix.MS_NOEXEC)
		fatal(t, os.WriteFile("/tmp/a/sub/f", nil, 0o644))
		fatal(t, run(t, bare(c, volume(t, "/tmp/a:/x"), volume(t, "/tmp/a:/y:norec")), func() {
			checkThere(t, "/x/sub/f /y/sub !/y/sub/f")
			if got := at(t, mounts(t, "thread-self"), "/x/sub").options; got != "rw,noexec,relatime" {
				t.Errorf("mounted %s", got)
			}
		}))
	})
}

// What an option of the default set would mount is covered by a volume for that place.
func TestVolumesOnTheDefaultSet(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root = tree(t, "dir r", "dir a", "file a/f") + "/r"
		c.Mounts = volumes(t, "/tmp/a:/sys", "/tmp/a:/dev/shm", "/tmp/a/f:/dev/null", "/tmp/a:/proc/sys")
		fatal(t, run(t, c, func() {
			checkThere(t, "/sys/f /dev/shm/f /proc/sys/f /dev/zero")
			if text, err := os.ReadFile("/dev/null"); string(text) != "canary" {
				t.Errorf("/dev/null reads %q, %v", text, err)
			}
		}))
	})
}

func TestVolumesWithoutARoot(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir here", "dir a", "file a/f", "dir x")
		fatal(t, os.Chdir("/tmp/here"))
		c.Mounts = []Mount{volume(t, "../a:/tmp/x"), volume(t, "/tmp/a:/tmp/here"), tmpfs(t, "/tmp/a")}
		before := mounts(t, "self")
		fatal(t, run(t, c, func() { checkThere(t, "/tmp/x/f /tmp/here/f !/tmp/a/f") }))
		outsideUnchanged(t, before)
	})
}

// Private is what makes a copy of an unbindable mount possible, so it comes first.
func TestVolumesOfAnUnbindableMount(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r", "dir a", "file a/f")
		c = bare(c, volume(t, "/tmp/a:/x"))
		unbindable := func() { check(t, mount.SetPropagation("/tmp/a", mount.Unbindable)) }
		fatal(t, mount.Bind("/tmp/a", "/tmp/a"))
		fatal(t, runAfter(t, unbindable, c, func() { checkThere(t, "/x/f") }))
		c.Propagation = mount.Unchanged
		err := runAfter(t, unbindable, c, func() { t.Error("the steps went through") })
		checkError(t, err, unix.EINVAL, "mount --volume /tmp/a:/x: ", "the source may lie on an unbindable mount, or be a mount of another mount namespace")
	})
}

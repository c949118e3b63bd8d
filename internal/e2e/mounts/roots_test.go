//go:build linux

package mounts_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A directory is taken as the root whatever it is called and however it is reached.
func TestRootDirectoryOfAnyName(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			real := h.rootfs(t, c)
			for _, name := range []string{
				"a b", "a:b", "a,b", "a\nb", "a\xff\xfe", `a\b`, `a"b`, "a=b", "it's $HOME", "a%2Fb", "lowerdir=x,upperdir=y:z", "-x",
			} {
				path := filepath.Join(h.dir, name)
				fatal(t, os.Rename(real, path))
				c.prints(t, "in the root file system\n", "cat marker", "-p", path)
				c.in(h.dir).prints(t, "in the root file system\n", "cat marker", "-p", "--overlay", "--root="+name)
				fatal(t, os.Rename(path, real))
			}
		})
	})
}

// The same without the new calls, by which a name is not parsed with others.
func TestRootDirectoryOfAnyNameOnAnOldKernel(t *testing.T) {
	onHost(t, func(t *testing.T) {
		h := hosts(t)[1]
		eachCaller(t, func(t *testing.T, c caller) {
			real, old := h.rootfs(t, c), c.onOldKernel(t)
			for _, name := range []string{"a b", "a:b", "a,b", "a\nb", "a\xff\xfe", `a\b`, "a=b"} {
				path := filepath.Join(h.dir, name)
				fatal(t, os.Rename(real, path))
				for _, options := range [][]string{{}, {"--overlay"}} {
					old.prints(t, "in the root file system\n", "cat marker", append(options, "-p", path)...)
				}
				fatal(t, os.Rename(path, real))
			}
		})
	})
}

func TestRootDirectoryReachedInAnyWay(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			link, chain := filepath.Join(h.dir, "link"), filepath.Join(h.dir, "chain")
			fatal(t, os.Symlink("rootfs", link))
			fatal(t, os.Symlink(h.dir+"/../"+filepath.Base(h.dir)+"/link", chain))
			defer os.Remove(link)
			defer os.Remove(chain)
			for _, row := range []struct{ why, cwd, path string }{
				{"relative", h.dir, "rootfs"},
				{"relative, with ./ and slashes", h.dir, ".///rootfs//"},
				{"relative, with ..", path + "/etc", "../../rootfs"},
				{"the working directory", path, "."},
				{"above the working directory", path + "/usr/bin", "../.."},
				{"a link", "/", link},
				{"a link, with a slash", "/", link + "/"},
				{"a chain of links", "/", chain},
				{"through a link and back", "/", link + "/../rootfs"},
				{"by /proc/self/cwd", path, "/proc/self/cwd"},
			} {
				t.Run(row.why, func(t *testing.T) {
					for _, option := range []string{"-p", "--overlay"} {
						c.in(row.cwd).prints(t, "in the root file system\n/\n", "cat marker; pwd", option, row.path)
					}
				})
			}
		})
	})
}

// What the directory is as a mount makes no difference, but that a read-only one stays so.
func TestRootDirectoryThatIsAMount(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			for _, row := range []struct {
				why   string
				flags uintptr
				want  string
			}{
				{"a mount point", 0, "written\n"},
				{"a read-only mount", unix.MS_RDONLY, "read-only\n"},
				{"a mount nosuid and nodev", unix.MS_NOSUID | unix.MS_NODEV, "written\n"},
			} {
				t.Run(row.why, func(t *testing.T) {
					bindOnto(t, path, row.flags)
					const try = "touch /new 2>/dev/null && rm /new && echo written || echo read-only"
					c.prints(t, row.want, try, "-p", path)
					c.prints(t, row.want, try, "-p", "--no-pivot", path)
					c.prints(t, "read-only\n", try, "-p", "--ro", path)
					c.prints(t, "written\n", try, "-p", "--overlay", path)
					c.prints(t, "read-only\n", try, "-p", "--overlay", "--ro", path)
				})
			}
		})
	})
}

// With --ro the root and the mounts that came along with it are read-only, and not what
// the run has mounted there.
func TestReadOnlyRoot(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			mountAt(t, "tmpfs", path+"/var", "mode=1777")
			defer unix.Unmount(path+"/var", unix.MNT_DETACH)
			src := c.mkdir(t, h.dir, "src")
			const try = `for d in / /var /tmp /dev /dev/shm /data /new; do touch $d/x 2>/dev/null && rm $d/x && echo $d; done; true`
			c.prints(t, "/dev\n/dev/shm\n/data\n/new\n", try, "-p", "--ro", "-v", src+":/data", "--tmpfs", "/new", path)
			c.onOldKernel(t).prints(t, "/dev\n/dev/shm\n/data\n/new\n", try, "-p", "--ro", "-v", src+":/data", "--tmpfs", "/new", path)
			c.prints(t, "/dev\n/dev/shm\n", try, "-p", "--ro", "--overlay", path)
		})
	})
}

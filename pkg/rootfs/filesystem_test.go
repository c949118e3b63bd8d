//go:build linux

package rootfs

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// What --tmpfs and --fs mount, as the mount table has it.
func TestFileSystems(t *testing.T) {
	for _, row := range []struct {
		name            string
		parse           func(string) (Mount, error)
		spec, at        string
		fstype, options string
		there           string
	}{
		{"a tmpfs", ParseTmpfs, "/t", "/t", "tmpfs", "rw,nosuid,nodev,relatime", ""},
		{"a tmpfs with options", ParseTmpfs, "/t/u:size=1m,ro,noexec,suid", "/t/u", "tmpfs", "ro,nodev,noexec,relatime", ""},
		{"a tmpfs on a directory of the root", ParseTmpfs, "/d", "/d", "tmpfs", "rw,nosuid,nodev,relatime", "!/d/f"},
		{"a tmpfs through a link", ParseTmpfs, "/l", "/d", "tmpfs", "rw,nosuid,nodev,relatime", "!/d/f"},
		{"a tmpfs by its type", ParseFS, "tmpfs::/t:size=10m", "/t", "tmpfs", "rw,relatime", ""},
		{"one whose source is a word that is a file here too", ParseFS, "tmpfs:word:/t", "/t", "tmpfs", "rw,relatime", ""},
		{"a procfs", ParseFS, "proc:proc:/p:nosuid,nodev,noexec", "/p", "proc", "rw,nosuid,nodev,noexec,relatime", "/p/self"},
		{"an overlay of relative paths", ParseFS, "overlay::/o:lowerdir=a:b", "/o", "overlay", "ro,relatime", "/o/in-a /o/in-b"},
		{"an overlay of a name with a comma", ParseFS, `overlay::/o:lowerdir=b:c\,d`, "/o", "overlay", "ro,relatime", "/o/in-c"},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r/proc", "dir r/d", "file r/d/f", "symlink r/l /d", "dir w/a", "file w/a/in-a", "dir w/b", "file w/b/in-b",
					"dir w/c,d", "file w/c,d/in-c", "file w/word")
				fatal(t, os.Chdir("/tmp/w"))
				before := mounts(t, "self")
				fatal(t, run(t, bare(c, parsed(t, row.parse, row.spec)), func() {
					got := at(t, mounts(t, "thread-self"), row.at)
					// An overlay without an upper directory is read-only whatever the mount says.
					options := strings.Replace(got.options, "rw,relatime", "ro,relatime", 1)
					if row.fstype != "overlay" {
						options = got.options
					}
					if got.fstype != row.fstype || options != row.options {
						t.Errorf("mounted %+v", got)
					}
					checkThere(t, row.there)
				}))
				outsideUnchanged(t, before)
			})
		})
	}
}

func TestFileSystemsThatCannotBe(t *testing.T) {
	const inUser = "a user namespace may mount only the file systems that the kernel has opened for it, such as tmpfs, proc, sysfs, devpts, mqueue, overlay (Linux 5.11) and fuse: run it as root"
	for _, row := range []struct {
		name, spec string
		user       bool
		errno      unix.Errno
		text       string
		hint       string
	}{
		{name: "an unknown type", spec: "nosuchfs::/x", errno: unix.ENODEV, text: "mount --fs nosuchfs::/x: ",
			hint: "this kernel has no file system of the type nosuchfs (/proc/filesystems lists those that it has): modprobe nosuchfs"},
		{name: "the type of what is no image", spec: "auto:/tmp/d:/x", errno: unix.EINVAL, text: "mount --fs auto:/tmp/d:/x: ",
			hint: "only an image file tells its type: name the type instead of auto"},
		{name: "the type of nothing", spec: "auto:/tmp/no:/x", errno: unix.ENOENT, text: "mount --fs auto:/tmp/no:/x: "},
		{name: "a file as the target", spec: "tmpfs::/f", errno: unix.ENOTDIR, text: "mount --fs tmpfs::/f: ",
			hint: "/f is a file, and what is to be mounted there is a directory"},
		{name: "a type that is closed to user namespaces", user: true, spec: "ext4:/dev/null:/x", errno: unix.EPERM, text: "mount --fs ext4:/dev/null:/x: ", hint: inUser},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				if row.user && !c.NewUser {
					return
				}
				top := tree(t, "dir r/proc", "dir d", "file r/f")
				before := listing(t, top)
				err := run(t, bare(c, otherFS(t, row.spec)), func() { t.Error("the steps went through") })
				checkError(t, err, row.errno, row.text, row.hint)
				if after := listing(t, top); after != before {
					t.Errorf("there are\n%s\ninstead of\n%s", after, before)
				}
			})
		})
	}
}

// fsopen(2) tells what mount(2) does not.
func TestFileSystemsWithTheWordsOfTheKernel(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		tree(t, "dir r/proc")
		err := run(t, bare(c, otherFS(t, "tmpfs::/x:size=x")), func() {})
		want := "an option is missing or unknown, or the source is no tmpfs file system: see the end of `dmesg`"
		if newCalls() {
			want = "the kernel says: tmpfs: Bad value for 'size'"
		}
		checkError(t, err, unix.EINVAL, "mount --fs tmpfs::/x:size=x: ", want)
	})
}

// ext4 makes an image with the file f in it; loop devices are for root of the machine.
func ext4(t *testing.T) string {
	t.Helper()
	mkfs := nstest.RequireCommand(t, "mkfs.ext4")
	fatal(t, os.MkdirAll("/tmp/content", 0o755))
	fatal(t, os.WriteFile("/tmp/content/f", []byte("canary"), 0o644))
	fatal(t, os.WriteFile("/tmp/image", nil, 0o644))
	fatal(t, os.Truncate("/tmp/image", 1<<20))
	output, err := exec.Command(mkfs, "-q", "-O", "^has_journal", "-d", "/tmp/content", "/tmp/image").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return "/tmp/image"
}

func TestImages(t *testing.T) {
	nstest.RequireRoot(t)
	for _, row := range []struct {
		name    string
		config  func(c *Config, image string)
		at      string
		options string
		there   string
	}{
		{"as the root", func(c *Config, image string) { c.Root = image }, "/", "rw,relatime", "/f /dev/null"},
		{"as a read-only root", func(c *Config, image string) {
			c.Root, c.ReadOnly, c.Proc, c.Dev, c.Sys = image, true, ProcNone, DevNone, SysNone
		}, "", "", "/f"},
		{"as a root below a layer", func(c *Config, image string) { c.Root, c.Overlay = image, true }, "/", "rw,relatime", "/f"},
		{"as a root without pivot_root", func(c *Config, image string) { c.Root, c.NoPivot = image, true }, "/", "rw,relatime", "/f"},
		{"as a file system", func(c *Config, image string) { c.Mounts = []Mount{otherFS(t, "ext4:"+image+":/x:ro")} }, "/x", "ro,relatime", "/x/f"},
		{"as one whose type is found", func(c *Config, image string) { c.Mounts = []Mount{otherFS(t, "auto:"+image+":/x:nosuid")} },
			"/x", "rw,nosuid,relatime", "/x/f"},
	} {
		t.Run(row.name, func(t *testing.T) {
			nstest.InChild(t, places[0].child, func(t *testing.T) {
				tree(t, "dir r")
				c := Config{Root: "/tmp/r", NewPID: true}
				row.config(&c, ext4(t))
				fatal(t, run(t, c, func() {
					checkThere(t, row.there)
					if row.at != "" && at(t, mounts(t, "thread-self"), row.at).options != row.options {
						t.Errorf("mounted %+v", at(t, mounts(t, "thread-self"), row.at))
					}
				}))
			})
		})
	}
}

func TestImagesThatCannotBe(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		tree(t, "dir r/proc", "file f")
		image := ext4(t)
		c := bare(Config{NewPID: true}, otherFS(t, "auto:/tmp/f:/x"))
		if err := run(t, c, func() {}); !diag.IsUsage(err) {
			t.Errorf("a file that is no image: %v", err)
		}
		c.Mounts = []Mount{otherFS(t, "ext4:"+image+":/x:nosuchoption")}
		err := run(t, c, func() {})
		if newCalls() {
			checkError(t, err, unix.EINVAL, "mount --fs ext4:/tmp/image:/x:nosuchoption: ", "the kernel says: ext4: Unknown parameter 'nosuchoption'")
		} else if diag.Errno(err) != unix.EINVAL {
			t.Errorf("an unknown option: %v", err)
		}
		checkThere(t, "!/tmp/r/x")
	})
}

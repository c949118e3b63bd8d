//go:build linux

package mounts_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// Without the mounts below; in a user namespace these cover what nobody there may see.
func TestVolumeWithoutMountsBelow(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path, src := h.rootfs(t, c), source(t, c, h.dir)
			for _, c := range []caller{c, c.onOldKernel(t)} {
				if !c.user {
					c.prints(t, "0\nfile\n", "ls -A /data/sub | wc -l; cat /data/file", "-v", src+":/data:norec", path)
					continue
				}
				check := unchanged(t, path)
				c.fails(t, 125, []string{"-v", src + ":/data:norec", path, "true"}, "mount --volume "+src+":/data:norec: *",
					"hint: mounts lie below the source, and in a user namespace they cannot be left out: leave norec away")
				check(t, "norec")
				c.prints(t, "below\n", "cat /data/file", "-v", src+"/sub:/data:norec", path)
			}
		})
	})
}

// A source that is made stays, as what the command has put there.
func TestVolumeThatIsMade(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			h.rootfs(t, c)
			dir := c.mkdir(t, h.dir, "work")
			defer os.RemoveAll(dir)
			c.in(dir).prints(t, "755 0\n", "echo x >/data/file; stat -c '%a %u' /data", "-v", "a/b c:/data:create", "../rootfs")
			c.in(dir).prints(t, "x\n", "cat /data/file", "-v", dir+"/a/b c:/data:create", "../rootfs")
			if owner := listing(t, dir+"/a/b c/file"); owner == "" {
				t.Error("the file is not there")
			}
		})
	})
}

// Without ROOTFS a volume comes over what the host has there, inside alone.
func TestVolumeWithoutRootfs(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			src, dst := source(t, c, h.dir), mkdir(t, h.dir, "dst")
			defer os.Remove(dst)
			write(t, dst+"/old", "")
			defer os.Remove(dst + "/old")
			check := unchanged(t, dst)
			for _, c := range []caller{c, c.onOldKernel(t)} {
				c.prints(t, "file\nprog\nsub\nbelow\n", "ls $PWD; cat sub/file", "-w", dst, "-v", src+":"+dst+":ro")
				c.in(h.dir).prints(t, "file\n", "cat dst/old", "-v", "src/file:"+dst+"/old")
				c.prints(t, "", "ls "+dst, "--tmpfs", dst)
				c.prints(t, "", "cat "+dst+"/old", "-p", "--mask", dst+"/old", "--mask", "default")
				c.prints(t, "no\n", "touch "+dst+"/old 2>/dev/null || echo no", "--ro-path", dst)
			}
			check(t, "the host")
		})
	})
}

// Files belong to who they belong to by the map of the new user namespace.
func TestVolumeWithMappedIds(t *testing.T) {
	nstest.RequireCommand(t, "setpriv")
	onEachHost(t, func(t *testing.T, h host) {
		path := h.rootfs(t, user)
		src := mkdir(t, h.dir, "mapped")
		defer os.RemoveAll(src)
		write(t, src+"/root", "")
		check := unchanged(t)
		// With a map of 0 to 54321 a file of 0 is shown as one of 54321 outside, which is 0 inside.
		cmd := root.command("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
			"--inh-caps=+sys_admin,+dac_read_search", "--ambient-caps=+sys_admin,+dac_read_search",
			nstest.Tool(t, "nsrun"), "-U", "-r", "-v", src+":/data:idmap", "-v", src+":/plain", path,
			"sh", "-c", "stat -c '%u %g' /data/root /plain/root; echo x >/data/new && stat -c '%u %g' /data/new /plain/new")
		r := nstest.Exec(t, cmd)
		if h.name == "on an overlay" {
			if want := []string{"mount --volume " + src + ":/data:idmap: mount_setattr(*", "hint: the file system of the source, or of a mount below it, has no id-mapped mounts in this kernel*"}; r.Code != 125 || !says(r.Stderr, want) {
				t.Errorf("%+v, want %q", r, want)
			}
		} else if r.Code != 0 || r.Stderr != "" || r.Stdout != "0 0\n65534 65534\n0 0\n65534 65534\n" {
			t.Errorf("%+v", r)
		} else {
			var st unix.Stat_t
			if err := unix.Stat(src+"/new", &st); err != nil || st.Uid != 0 {
				t.Errorf("outside the new file belongs to %d, %v", st.Uid, err)
			}
		}
		check(t, "the host")
	})
}

// An image below the root: --fs attaches a loop device, also for a new user namespace.
func TestFileSystemOfAnImage(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		h := hosts(t)[0]
		path := h.rootfs(t, root)
		for _, m := range makers {
			file := image(t, m.fstype, root)
			for _, spec := range []string{m.fstype, "auto"} {
				const look = "cat /data/marker; " + flags
				want := "in the root file system\n/data ro,nodev\n"
				for _, options := range [][]string{{"-p"}, {"-r"}, {"--overlay"}} {
					root.prints(t, want, look, append(options, "--fs", spec+":"+file+":/data:ro,nodev", path)...)
					noLoops(t, file)
				}
				root.onOldKernel(t).prints(t, want, look, "-p", "--fs", spec+":"+file+":/data:ro,nodev", path)
				noLoops(t, file)
			}
			user.fails(t, 125, []string{"--fs", "auto:" + file + ":/tmp", path, "true"},
				`mount --fs "auto:`+file+`:/tmp": open("/dev/loop-control", O_RDWR|O_CLOEXEC): permission denied (EACCES)`,
				"hint: an image file needs a loop device, which only root of the machine may set up, not a user namespace or an unprivileged container: run it as root, or unpack the image into a directory")
		}
	})
}

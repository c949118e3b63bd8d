//go:build linux

package mounts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// change changes a root file system in every way that an overlay knows.
const change = `
	echo new >/new && mkdir /dir && echo x >>/marker && rm -r /usr/lib64 && chmod 700 /etc && mv /etc/group /etc/moved &&
	ln -s to /link && chmod 711 / && echo changed`

// What the command does to its root is gone with it.
func TestThrowAwayOverlay(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			check := unchanged(t, h.dir)
			for _, c := range []caller{c, c.onOldKernel(t)} {
				c.prints(t, "changed\n", change, "-p", "--overlay", path)
				c.prints(t, "in the root file system\n755\n", "cat /marker; stat -c %a /; ls /new /dir 2>/dev/null; true", "-p", "--overlay", path)
				c.prints(t, "changed\n", change, "--overlay", "--no-pivot", "--root="+path)
			}
			check(t, "the root directory")
		})
	})
}

// With a directory the next run finds it.
func TestKeptOverlay(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		if h.name == "on an overlay" {
			return // whose directories cannot be upper ones: see TestOverlayThatCannotBe
		}
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			check := unchanged(t, path)
			for _, c := range []caller{c, c.onOldKernel(t)} {
				keep := c.mkdir(t, h.dir, "keep, it's: here "+c.name)
				option := "--overlay=" + keep + "/not/yet"
				c.prints(t, "changed\n", change, "-p", option, path)
				const look = "cat /new /marker; readlink /link; ls -d /dir /etc/moved /etc/group /usr/lib64 2>/dev/null; stat -c %a / /etc"
				c.prints(t, "new\nin the root file system\nx\nto\n/dir\n/etc/moved\n711\n700\n", look, "-p", option, path)
				c.in(h.dir).prints(t, "new\n", "cat new; rm new", "--overlay="+filepath.Base(keep)+"/not/yet", "rootfs")
				c.prints(t, "", "cat /new 2>/dev/null; true", "-p", option, path)
				fatal(t, os.RemoveAll(keep))
			}
			check(t, "the root directory")
		})
	})
}

// An overlay shows none of the mounts below ROOTFS: each gets a layer of its own.
func TestOverlayWithMountsBelow(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			for _, dir := range []string{"var", "var/deep", "root"} {
				mountAt(t, "tmpfs", mkdir(t, path, dir), "mode=1777")
				defer unix.Unmount(filepath.Join(path, dir), unix.MNT_DETACH)
				write(t, filepath.Join(path, dir, "file"), dir+"\n")
			}
			fatal(t, unix.Mount("", path+"/root", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
			write(t, path+"/etc/file", "x")
			bindOnto(t, path+"/etc/file", 0)
			check := unchanged(t, path)
			const look = `cat /var/file /var/deep/file /root/file /marker
				for d in / /var /var/deep /root /etc /usr; do touch $d/y 2>/dev/null && echo $d; done; true`
			c.prints(t, "var\nvar/deep\nroot\nin the root file system\n/\n/var\n/var/deep\n/etc\n/usr\n", look, "-p", "--overlay", path)
			check(t, "the mounts below")
		})
	})
}

// With / for ROOTFS it is the host that is thrown away.
func TestOverlayOverTheHost(t *testing.T) {
	onHost(t, func(t *testing.T) {
		eachCaller(t, func(t *testing.T, c caller) {
			dir := c.mkdir(t, "/mnt/data")
			write(t, "/mnt/data/file", "old\n")
			fatal(t, os.Chown("/mnt/data/file", c.uid(), c.uid()))
			check := unchanged(t, dir)
			for _, options := range [][]string{{"-p"}, {}, {"--no-pivot"}, {"-p", "--tmpfs", "/not-there"}} {
				c.prints(t, "old\nnew\n/mnt/data\n/bin/sh\n", `
					cd /mnt/data; cat file; echo new >file; cat file; rm file; mkdir x; pwd -P; ls /bin/sh`,
					append(options, "--overlay", "/")...)
			}
			if c.user {
				c.prints(t, "no\n", "mkdir /root/x 2>/dev/null || echo no", "--overlay", "/")
			} else {
				c.prints(t, "/etc/new\n/new\n", "mkdir /new /etc/new && ls -d /new /etc/new", "--overlay", "/")
			}
			check(t, "the host")
		})
	})
}

// Where the file system cannot hold a layer, or the layer would be in itself, that is said.
func TestOverlayThatCannotBe(t *testing.T) {
	onHost(t, func(t *testing.T) {
		all := hosts(t)
		eachCaller(t, func(t *testing.T, c caller) {
			path := all[1].rootfs(t, c)
			dir := c.mkdir(t, all[2].dir, strings.ReplaceAll(c.name, " ", "-"))
			check := unchanged(t, path, dir)
			c.fails(t, 125, []string{"--overlay=" + dir, path, "true"}, "put a writable layer over "+path+": *",
				"hint: the file system of "+dir+" may not be able to hold a writable layer (overlay on overlay, NFS, FAT): see the end of `dmesg`")
			c.fails(t, 125, []string{"--overlay=" + path + "/tmp", path, "true"}, "open the directory of the writable layer "+path+"/tmp: too many levels of symbolic links (ELOOP)",
				"hint: it lies inside of the root directory: it has to be outside, or on another file system")
			c.fails(t, 125, []string{"--overlay=" + path + "/marker", path, "true"},
				"open the directory of the writable layer "+path+"/marker: not a directory (ENOTDIR)")
			check(t, "the directories")
		})
	})
}

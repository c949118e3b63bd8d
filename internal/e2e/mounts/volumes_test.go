//go:build linux

package mounts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// source makes dir/src of the caller's: a file, a program, and a mount below, each with flags that
// a user namespace cannot take back.
func source(t *testing.T, c caller, dir string) string {
	t.Helper()
	src := c.mkdir(t, dir, "src")
	write(t, src+"/file", "file\n")
	write(t, src+"/prog", "#!/bin/sh\necho runs\n")
	fatal(t, os.Chmod(src+"/prog", 0o755))
	fatal(t, os.Symlink("src", dir+"/link"))
	mountAt(t, "tmpfs", src+"/sub", "mode=1777")
	write(t, src+"/sub/file", "below\n")
	fatal(t, unix.Mount("", src+"/sub", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_NODEV|unix.MS_NOSUID|unix.MS_NOATIME, ""))
	t.Cleanup(func() {
		fatal(t, unix.Unmount(src+"/sub", unix.MNT_DETACH))
		fatal(t, os.RemoveAll(src))
		fatal(t, os.Remove(dir+"/link"))
	})
	return src
}

// flags prints the flags of the mounts at /data and below it.
const flags = `while read -r a b c d p o rest; do case $p in /data*) echo "$p $o" ;; esac; done </proc/self/mountinfo | sed s/,relatime//`

// try prints where files can be made.
const try = `for d in /data /data/sub; do touch $d/x 2>/dev/null && rm $d/x && echo $d; done; true`

var volumes = []struct{ why, args, script, want string }{
	{"a directory, with what is mounted below", "-v src:/data", "cat /data/file /data/sub/file;" + try, "file\nbelow\n/data\n/data/sub\n"},
	{"onto a directory that is there", "-v src:/tmp", "cat /tmp/file", "file\n"},
	{"a file onto a file that is there", "-v src/file:/etc/passwd", "cat /etc/passwd", "file\n"},
	{"a file onto nothing", "-v src/file:/a/b/c", "cat /a/b/c", "file\n"},
	{"a device onto nothing", "-v /dev/zero:/a/zero", "head -c 1 /a/zero | wc -c", "1\n"},
	{"read-only, all of it", "-v src:/data:ro", "cat /data/file /data/sub/file;" + try, "file\nbelow\n"},
	{"read-only, and what is locked stays", "-v src:/data:ro", flags, "/data ro\n/data/sub ro,nosuid,nodev,noatime\n"},
	{"read and write, by name", "-v src:/data:rw,rw", try, "/data\n/data/sub\n"},
	{"with all flags", "-v src:/data:ro,nosuid,nodev,noexec", flags, "/data ro,nosuid,nodev,noexec\n/data/sub ro,nosuid,nodev,noexec,noatime\n"},
	{"without programs", "-v src:/data:noexec", "/data/prog 2>/dev/null || echo not executed", "not executed\n"},
	{"with programs", "-v src:/data:nosuid,nodev", "/data/prog", "runs\n"},
	{"with ..", "-v src/../src/.:/x/../data", "cat /data/file", "file\n"},
	{"through a link", "-v link:/data", "cat /data/file", "file\n"},
	{"through a link, below it", "-v link/sub:/data", "cat /data/file", "below\n"},
	{"onto a link that leads up and out", "-v src:/link/data", "cat /dir/data/file", "file\n"},
	{"onto a link of the whole path", "-v src:/out", "cat /dir/file", "file\n"},
	{"one in the other, the inner one first", "-v src/sub:/data/sub -v src:/data:ro", "cat /data/sub/file;" + try, "below\n/data/sub\n"},
	{"one source at two places", "-v src:/data -v src:/copy:ro", "cat /copy/file; touch /copy/x 2>/dev/null || echo no;" + try, "file\nno\n/data\n/data/sub\n"},
	{"over the /proc of the run", "-v src:/proc", "cat /proc/file", "file\n"},
	{"in the /dev of the run", "-v src:/dev/data", "cat /dev/data/file", "file\n"},
	{"a file of /proc", "-v src/file:/proc/version", "cat /proc/version", "file\n"},
	{"with a colon", `-v col\:on:/da\:ta`, "cat /da:ta/file", "colon\n"},
	{"with a comma, a newline and bytes", "-v odd,\n\xff:/da,\n\xffta", "cat /da*/file", "odd\n"},
	{"with a backslash", `-v back\\slash:/data`, "cat /data/file", "backslash\n"},
	{"tmpfs", "--tmpfs /data", "stat -c '%a %u' /data;" + flags, "1777 0\n/data rw,nosuid,nodev\n"},
	{"tmpfs with options", "--tmpfs /data:size=64k,mode=700,noexec,ro", "stat -c %a /data;" + flags, "700\n/data ro,nosuid,nodev,noexec\n"},
	{"tmpfs in a volume", "--tmpfs /data/sub:mode=755 -v src:/data:ro", "ls -A /data/sub;" + try, "/data/sub\n"},
	{"tmpfs of --fs", "--fs tmpfs:name:/data:size=64k,mode=711,nosuid", `stat -c %a /data; grep -c " - tmpfs name " /proc/self/mountinfo;` + flags, "711\n1\n/data rw,nosuid\n"},
	{"an overlay of --fs", "--fs overlay::/data:lowerdir=one:two", "cat /data/file", "one\n"},
	{"a masked file", "--mask /etc/passwd", "cat /etc/passwd; stat -c %F /etc/passwd; echo x >/etc/passwd", "character special file\n"},
	{"a masked directory", "--mask /usr/lib --mask /lib", "ls /usr/lib; touch /usr/lib/x 2>/dev/null || echo no", "no\n"},
	{"a masked directory of a volume", "-v src:/data --mask /data/sub", "ls -A /data/sub; cat /data/file", "file\n"},
	{"a masked link is what it leads to", "--mask /out", "ls -A /dir | wc -l; stat -c %F /out", "0\nsymbolic link\n"},
	{"the masks of the OCI runtimes", "-p --mask default", "cat /proc/keys /proc/timer_list 2>&1; ls /sys/firmware", ""},
	{"a read-only path", "--ro-path /etc -v src:/data --ro-path /data/sub", "touch /etc/x 2>/dev/null || echo no; touch /usr/x && rm /usr/x; rm -f /data/y;" + try, "no\n/data\n"},
	{"the read-only paths of the OCI runtimes", "-p --ro-path default", "echo 1 2>/dev/null >/proc/sys/kernel/hostname || echo no", "no\n"},
}

func TestVolumes(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		eachCaller(t, func(t *testing.T, c caller) {
			path := h.rootfs(t, c)
			c.mkdir(t, path, "dir")
			fatal(t, os.Symlink("/../../../dir", path+"/link"))
			fatal(t, os.Symlink("../../../../../dir", path+"/out"))
			source(t, c, h.dir)
			for dir, text := range map[string]string{"one": "one\n", "two": "two\n", "col:on": "colon\n", "odd,\n\xff": "odd\n", `back\slash`: "backslash\n"} {
				write(t, c.mkdir(t, h.dir, dir)+"/file", text)
				defer os.RemoveAll(filepath.Join(h.dir, dir))
			}
			check := unchanged(t)
			for _, row := range volumes {
				if h.name != "on a tmpfs" && !strings.HasPrefix(row.args, "-v") {
					continue // it mounts nothing of the host's
				}
				t.Run(row.why, func(t *testing.T) {
					args := append(split(row.args), "rootfs")
					c.in(h.dir).prints(t, row.want, row.script, args...)
					if h.name == "on a tmpfs" {
						c.onOldKernel(t).in(h.dir).prints(t, row.want, row.script, args...)
					}
				})
			}
			check(t, "all volumes")
		})
	})
}

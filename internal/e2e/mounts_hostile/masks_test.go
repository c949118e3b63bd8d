//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2025-31133 (runc): files are hidden by /dev/null of the root file system, which is a
// link to something worth having. They are hidden by the caller's.
func TestCVE_2025_31133(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		write(t, filepath.Join(root, "hidden"), "hidden\n", 0o644)
		for _, to := range []string{"/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "OUT/canary", "/proc/kcore"} {
			lay(t, filepath.Join(root, "dev/null"), "link", to, canary.dir)
			for _, dev := range []string{"auto", "none"} {
				cmd := c.nsrun(t, job([]string{"--dev=" + dev, "--mask=default", "--mask=/hidden", "--ro-path=default"}, root, "sh", "-c",
					`cat /hidden; stat -c '%F %t:%T' /hidden; for f in /proc/kcore /proc/keys /proc/timer_list; do
					[ ! -e $f ] || head -c 1 $f; done; exec 2>&-; for f in /proc/sysrq-trigger /proc/sys/kernel/core_pattern; do
					(: >>$f) && echo $f is open; done; true`)...)
				mustPrint(t, nstest.Exec(t, cmd), "character special file 1:3\n")
			}
		}
		canary.untouched(t)
	})
}

// The caller's own null device may be a fake, too: after all the caller can be in a container.
func TestCVE_2025_31133InTheCallersDev(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, canary := rootOnTmpfs(t, c)
		must(t, unix.Mount(filepath.Join(canary.dir, "canary"), "/dev/null", "", unix.MS_BIND, ""))
		defer unix.Unmount("/dev/null", unix.MNT_DETACH)
		write(t, filepath.Join(root, "hidden"), "hidden\n", 0o644)
		cmd := c.nsrun(t, job([]string{"--dev=none", "--mask=/hidden"}, root, "cat", "/hidden")...)
		cmd.Stdin, _ = os.Open("/dev/zero")
		mustFail(t, nstest.Exec(t, cmd), 125, "/dev/null", "1:3")
	})
}

// CVE-2019-16884 (runc): a volume on /proc, so that labels and masks go to a fake. It is the
// caller's own wish here; masks are then those of what is seen.
func TestAVolumeOnProc(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		write(t, filepath.Join(src, "kcore"), "fake\n", 0o644)
		must(t, os.Symlink(canary.dir, filepath.Join(src, "sys")))
		must(t, os.Symlink(filepath.Join(canary.dir, "canary"), filepath.Join(src, "keys")))
		cmd := c.nsrun(t, job([]string{"-v", src + ":/proc", "--mask=default", "--ro-path=default"}, root, "sh", "-c", "cat /proc/kcore")...)
		mustPrint(t, nstest.Exec(t, cmd), "")
		canary.untouched(t)
	})
}

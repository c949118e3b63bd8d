//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"strings"
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

// CVE-2019-16884 and -19921 as a race: while /proc is swapped with a made-up one, the masks must
// not go to the made-up one and leave the real one open.
func TestCVE_2019_16884(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		fake := filepath.Join(root, "fake")
		for _, dir := range []string{"sys/kernel", "bus", "fs", "irq", "acpi", "scsi"} {
			must(t, os.MkdirAll(filepath.Join(fake, dir), 0o755))
		}
		for _, file := range []string{"kcore", "keys", "sysrq-trigger", "timer_list", "interrupts", "sys/kernel/core_pattern"} {
			write(t, filepath.Join(fake, file), "", 0o666)
		}
		give(t, c, root)
		args := job([]string{"--mask=default", "--ro-path=default"}, root, "sh", "-c",
			"cat /proc/self/mountinfo /fake/self/mountinfo /proc/self/mountinfo /fake/self/mountinfo 2>/dev/null; true")
		seen := 0
		race(t, c, filepath.Join(root, "proc"), fake, args, func(r nstest.Result) {
			if r.Code == 0 && r.Stdout != "" {
				seen++
				maskedWhereProcIs(t, r.Stdout)
			}
		})
		if seen == 0 {
			t.Error("no run worked")
		}
		canary.untouched(t)
	})
}

// maskedWhereProcIs looks at a mount table: the procfs must have a mount on each of these, if
// the process runs at all.
func maskedWhereProcIs(t *testing.T, table string) {
	t.Helper()
	id, at := "", ""
	for line := range strings.Lines(table) {
		if f := strings.Fields(line); strings.Contains(line, " - proc ") && f[3] == "/" {
			id, at = f[0], f[4]
		}
	}
	for _, name := range []string{"kcore", "keys", "timer_list", "interrupts", "sysrq-trigger", "sys", "irq"} {
		_, err := os.Stat("/proc/" + name)
		covered := err != nil // not every kernel has all of them
		for line := range strings.Lines(table) {
			f := strings.Fields(line)
			covered = covered || f[1] == id && filepath.Base(f[4]) == name
		}
		if !covered {
			t.Fatalf("the procfs at %q has nothing on %s:\n%s", at, name, table)
		}
	}
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

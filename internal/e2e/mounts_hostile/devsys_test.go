//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2026-41579 (runc): with a link as /dev, ptmx was removed and links were made outside.
func TestCVE_2026_41579(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) { hostileTop(t, c, "dev") })
}

// CVE-2019-19921, CVE-2023-27561, CVE-2023-28642 (runc): what is at /proc of the root file
// system is taken for a procfs. It is one, or nothing is run.
func TestCVE_2019_19921(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) { hostileTop(t, c, "proc") })
}

func TestHostileSys(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) { hostileTop(t, c, "sys") })
}

// hostileTop lays each trap at /proc, /dev or /sys, for each way to fill that.
func hostileTop(t *testing.T, c caller, name string) {
	t.Helper()
	root, canary := hostileRootfs(t, c)
	must(t, os.Symlink(canary.dir, filepath.Join(root, "escape")))
	ways := map[string][]string{"proc": {"auto", "mount", "bind", "none"}, "dev": {"auto", "host", "none"}, "sys": {"auto", "rw", "none"}}
	for _, trap := range traps {
		for _, way := range ways[name] {
			for _, options := range [][]string{{"--mask=default", "--ro-path=default"}, {"--overlay"}} {
				lay(t, filepath.Join(root, name), trap.kind, trap.to, canary.dir)
				options = append(options, "--"+name+"="+way)
				cmd := c.nsrun(t, job(options, root, "sh", "-c", "[ -e /proc/self/stat ] && echo procfs; cat /"+name+"/canary; true")...)
				cmd.Dir = canary.dir
				r := nstest.Exec(t, cmd)
				what := strings.Join(options, " ") + " where there is " + trap.name
				if r.Code == 0 {
					r.Stderr = "" // of cat
				}
				harmless(t, r, what)
				if name == "proc" && way != "none" && r.Code == 0 && r.Stdout != "procfs\n" {
					t.Errorf("%s: it runs, and has no procfs", what)
				}
				if t.Failed() {
					t.Fatal(what)
				}
			}
		}
	}
	canary.untouched(t)
}

// CVE-2026-47766, CVE-2026-88264, CVE-2026-88265 (crun): links below /dev, for the devices, the
// console and the standard streams, with and without a fresh /dev.
func TestCVE_2026_47766(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		names := []string{"null", "zero", "full", "random", "tty", "console", "ptmx", "pts", "shm", "mqueue", "fd", "stdout", "core"}
		for _, to := range []string{"OUT/null", "../../outside/null", "/proc/1/rootOUT/null", "OUT/e", "SELF"} {
			for _, name := range names {
				lay(t, filepath.Join(root, "dev", name), "link", to, canary.dir)
			}
			for _, way := range []string{"auto", "host", "none"} {
				cmd := c.nsrun(t, job([]string{"--dev=" + way, "--ipc"}, root, "sh", "-c", "cd /dev; cat null pts/canary shm/canary; true")...)
				r := nstest.Exec(t, cmd)
				if r.Code == 0 {
					r.Stderr = "" // of cat
				}
				harmless(t, r, "links to "+to+", --dev="+way)
			}
		}
		canary.untouched(t)
	})
}

// CVE-2015-3627 (libcontainer): standard streams that are missing were opened by their name in
// the root file system. They are the null device of the caller.
func TestCVE_2015_3627(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		for _, name := range []string{"null", "console", "tty"} {
			must(t, os.Symlink("../../outside/canary", filepath.Join(root, "dev", name)))
		}
		must(t, os.Symlink(canary.dir, filepath.Join(root, "mnt")))
		src := source(t, root)
		for _, way := range []string{"auto", "none"} {
			for _, streams := range []string{"<&-", ">&-", "2>&-", "<&- >&- 2>&-"} {
				args := job([]string{"--dev=" + way, "-v", src + ":/vol", "--tmpfs=/t"}, root, "sh", "-c",
					"cat 2>/dev/null; echo written; echo written >&2; ls -l /proc/self/fd >&2")
				cmd := c.command("/bin/sh", append([]string{"-c", `exec "$@" ` + streams, "sh", nstest.Tool(t, "nsrun")}, args...)...)
				r := nstest.Exec(t, cmd)
				r.Stderr = strings.ReplaceAll(r.Stderr, "written\n", "")
				if r.Code != 0 || strings.Contains(r.Stdout+r.Stderr, secret) || strings.Contains(r.Stderr, "canary") {
					t.Errorf("--dev=%s %s: %+v", way, streams, r)
				}
			}
		}
		canary.untouched(t)
	})
}

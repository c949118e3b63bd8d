//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2022-0492 (kernel): release_agent of a cgroup hierarchy is a command that the host executes.
// By default no file of a hierarchy is to be written: there is none in a fresh /sys, and where
// the caller's is shown, it is read-only with all that is mounted below it.
func TestCVE_2022_0492(t *testing.T) { cgroupsAreReadOnly(t, []string{"--net"}, []string{}) }

// CVE-2023-25809 (runc): for a plain user without a network namespace /sys is the caller's, and
// the cgroups below it were the user's own, and writable.
func TestCVE_2023_25809(t *testing.T) {
	cgroupsAreReadOnly(t, []string{"-r"}, []string{"-r", "--cgroup"}, []string{"--sys=ro"}, []string{"--proc=bind"})
}

func cgroupsAreReadOnly(t *testing.T, rows ...[]string) {
	t.Helper()
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		for _, options := range rows {
			for _, more := range [][]string{nil, {"--overlay"}} {
				args := job(append(append([]string{}, options...), more...), root, "sh", "-c", `cat /proc/self/mountinfo
					find /sys/fs /sys/kernel -maxdepth 4 -name release_agent -o -name cgroup.procs -o -name uevent_helper 2>/dev/null | while read f; do
						(: >>"$f") 2>/dev/null && echo "$f is open"
					done
					mkdir /sys/fs/cgroup/made /sys/fs/cgroup/*/made 2>/dev/null && echo "made is open"; true`)
				r := nstest.Exec(t, c.nsrun(t, args...))
				harmless(t, r, strings.Join(args, " "))
				if r.Code != 0 || strings.Contains(r.Stdout, "is open") {
					t.Errorf("%q: %+v", args, r)
				}
				for line := range strings.Lines(r.Stdout) {
					f := strings.Fields(line)
					if (f[4] == "/sys" || strings.HasPrefix(f[4], "/sys/")) && !strings.HasPrefix(f[5], "ro") {
						t.Errorf("%q: writable: %s", args, line)
					}
				}
			}
		}
		canary.quiet(t)
	})
}

// Flags of the mount that the root directory lies on are kept, and those of a volume's source;
// no option makes something writable that was not.
func TestFlagsAreKept(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, canary := rootOnTmpfs(t, c)
		src := source(t, root)
		give(t, c, src)
		must(t, os.MkdirAll(filepath.Join(root, "mnt"), 0o755))
		remount(t, root, "ro,nosuid,nodev,noatime")
		remount(t, src, "ro,nosuid,nodev,noexec")
		for _, options := range [][]string{{}, {"--ro"}, {"--propagation=shared"}, {"--no-pivot"}} {
			options = append(options, "-v", src+":/mnt:rw")
			args := job(options, root, "sh", "-c", "cat /proc/self/mountinfo; for f in /x /mnt/x /mnt/f; do (: >>$f) 2>/dev/null && echo open; done; true")
			r := nstest.Exec(t, c.nsrun(t, args...))
			if r.Code != 0 && strings.Contains(r.Stderr, `mount point "/mnt"`) {
				t.Fatalf("%q: %+v", options, r)
			}
			for path, want := range map[string]string{"/": "ro,nosuid,nodev,noatime", "/mnt": "ro,nosuid,nodev,noexec"} {
				if got := optionsOf(r.Stdout, path); got != want && got != want+",relatime" {
					t.Errorf("%q: %s has the flags %q, want %q: %+v", options, path, got, want, r)
				}
			}
			if strings.Contains(r.Stdout, "\nopen\n") {
				t.Errorf("%q: something is writable: %s", options, r.Stdout)
			}
		}
		canary.quiet(t)
	})
}

// Missing mount points on a read-only root file system: their names, and nothing is left of them.
func TestMissingMountPointsOnAReadOnlyRoot(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, _ := rootOnTmpfs(t, c)
		src := source(t, root)
		remount(t, root, "ro")
		for _, options := range [][]string{{"-v", src + ":/new/dir"}, {"-v", src + "/f:/new"}, {"--tmpfs=/new"}, {"--fs=tmpfs:x:/new"}} {
			r := nstest.Exec(t, c.nsrun(t, job(options, root, "true")...))
			mustFail(t, r, 125, "/new", "read-only", "hint: ", "--overlay")
			if diff := filepath.Join(root, "new"); exists(diff) {
				t.Errorf("%s is there", diff)
			}
		}
	})
}

//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// raced is a root file system with a directory d and a link to the canary, to be swapped.
// twin says that what the link leads to is there inside, too, so that runs can work
// whichever of the two they meet.
func raced(t *testing.T, c caller, twin bool) (root, src string, canary *canary) {
	t.Helper()
	root, canary = hostileRootfs(t, c)
	src = source(t, root)
	must(t, os.MkdirAll(filepath.Join(root, "d/e"), 0o755))
	write(t, filepath.Join(root, "d/f"), "inside\n", 0o644)
	must(t, os.Symlink(canary.dir, filepath.Join(root, "link")))
	must(t, os.MkdirAll(filepath.Join(root, "etc/deep"), 0o755))
	if twin {
		must(t, os.MkdirAll(filepath.Join(root, canary.dir, "e"), 0o755))
		write(t, filepath.Join(root, canary.dir, "f"), "inside\n", 0o644)
	}
	give(t, c, root)
	return root, src, canary
}

// CVE-2021-30465 (runc), CVE-2024-45310 as a race, CVE-2018-15664 (docker cp), CVE-2024-0132,
// CVE-2021-44731: the way to a target is swapped with a link between a look and the use.
func TestCVE_2021_30465(t *testing.T) {
	for _, row := range []struct {
		name    string
		options []string
		twin    bool
		old     bool // the calls of an old kernel
	}{
		{"mount points that exist", []string{"-v", "SRC:/d/e", "-v", "SRC/f:/d/f", "--mask=/etc/deep", "--mask=/d/f", "--ro-path=/d/e"}, true, false},
		{"mount points to be created", []string{"--ro", "-v", "SRC:/d/new/dir", "-v", "SRC/f:/d/made/file", "--tmpfs=/d/t/m:size=1m"}, true, false},
		{"all by the old calls", []string{"-v", "SRC:/d/e:ro", "-v", "SRC/f:/d/f", "-v", "SRC:/d/new/dir", "--tmpfs=/d/t/m", "--mask=/d/f"}, true, true},
		{"what is missing behind the link", []string{"--tmpfs=/d/e/x/y", "-v", "SRC:/d/e/z"}, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				root, src, canary := raced(t, c, row.twin)
				args := job(expand(row.options, src), root, "sh", "-c", "cat /d/canary /d/e/canary 2>/dev/null; true")
				var before []string
				if row.old {
					before = nstest.OldKernel(t)
				}
				worked, refused := raceWith(t, before, c, filepath.Join(root, "d"), filepath.Join(root, "link"), args, nil)
				if worked == 0 || !row.twin && refused == 0 {
					t.Errorf("%d runs worked, %d were refused: there was no race", worked, refused)
				}
				canary.untouched(t)
			})
		})
	}
}

// CVE-2018-15664 and its kin for the working directory.
func TestCVE_2018_15664(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, src, canary := raced(t, c, false)
		args := job([]string{"--wd=/d/e", "-v", src + ":/vol"}, root, "sh", "-c", "cat canary 2>/dev/null; true")
		worked, refused := race(t, c, filepath.Join(root, "d"), filepath.Join(root, "link"), args, nil)
		if worked == 0 || refused == 0 {
			t.Errorf("%d runs worked, %d were refused: there was no race", worked, refused)
		}
		canary.untouched(t)
	})
}

// CVE-2026-41579 and CVE-2025-52881 (runc) as races: /proc, /dev and /sys are swapped with links out.
func TestCVE_2025_52881(t *testing.T) {
	for _, name := range []string{"proc", "dev", "sys"} {
		t.Run(name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				root, src, canary := raced(t, c, false)
				before := sysctls(t)
				args := job([]string{"-v", src + ":/d/e", "--mask=default", "--ro-path=default"}, root, "true")
				worked, refused := race(t, c, filepath.Join(root, name), filepath.Join(root, "link"), args, nil)
				if worked+refused < races(t) {
					t.Errorf("%d runs worked, %d were refused", worked, refused)
				}
				canary.untouched(t)
				if after := sysctls(t); after != before {
					t.Errorf("the sysctls are\n%s\ninstead of\n%s", after, before)
				}
			})
		})
	}
}

// sysctls are some that an attacker wants to write, and that no kernel changes by itself.
func sysctls(t *testing.T) (text string) {
	t.Helper()
	for _, name := range []string{"core_pattern", "modprobe", "hotplug", "sysrq", "hostname", "domainname", "printk", "panic"} {
		value, _ := os.ReadFile("/proc/sys/kernel/" + name) // not every kernel has all
		text += name + " " + string(value)
	}
	return text
}

// A swap with another directory of the root file system that is no mount: what comes after
// must not go there, which is what --mask with a made-up /proc would be.
func TestRaceWithAPlainDirectory(t *testing.T) {
	for _, name := range []string{"dev", "sys"} {
		t.Run(name, func(t *testing.T) {
			inChild(t, func(t *testing.T, c caller) {
				root, canary := rootOnTmpfs(t, c)
				plain := filepath.Join(root, "plain")
				must(t, os.Mkdir(plain, 0o755))
				give(t, c, plain)
				race(t, c, filepath.Join(root, name), plain, job(nil, root, "true"), func(nstest.Result) {
					for _, dir := range []string{name, "plain"} {
						if entries, _ := os.ReadDir(filepath.Join(root, dir)); len(entries) > 0 {
							t.Errorf("in the directory %s of the root file system there are %v", dir, entries)
						}
					}
				})
				canary.untouched(t)
			})
		})
	}
}

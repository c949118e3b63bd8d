//go:build linux

package mounts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// combination is one way to come to a new root.
type combination struct {
	c       caller
	options []string
	path    string
	noPivot bool
}

func (o combination) String() string {
	return fmt.Sprintf("%s, %q %s", o.c.name, o.options, filepath.Base(o.path))
}

// combinations are all of them, but images for a user, who cannot mount one, and images in
// a user namespace on an old kernel, which cannot hand them in there.
func combinations(t *testing.T, dir, image string) []combination {
	t.Helper()
	mapped := root
	mapped.name = "by root, in a user namespace"
	var all []combination
	for i, c := range []caller{root, user, mapped, root.onOldKernel(t), user.onOldKernel(t), mapped.onOldKernel(t)} {
		for _, path := range []string{dir, image} {
			if path == image && (c.user || i == 5) {
				continue
			}
			for _, layer := range []string{"", "--overlay", "--overlay=DIR"} {
				for _, noPivot := range []bool{false, true} {
					options := []string{"-mp"}
					if i%3 == 2 {
						options = append(options, "-r")
					}
					if layer != "" {
						kept := c.mkdir(t, "/mnt", fmt.Sprint("kept", len(all)))
						options = append(options, strings.Replace(layer, "DIR", kept, 1))
					}
					if noPivot {
						options = append(options, "--no-pivot")
					}
					all = append(all, combination{c, options, path, noPivot})
				}
			}
		}
	}
	return all
}

// Nothing leads back to the old root: no path, and no mount, be it visible or not. With
// --no-pivot no path does, but the mount of the old root is still there, below the new one, and
// with it in a user namespace all that is mounted in it.
func TestNothingOfTheOldRootIsLeft(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		h := hosts(t)[0]
		dir := h.rootfs(t, root)
		write(t, "/mnt/canary", "the old root\n")
		for _, o := range combinations(t, dir, image(t, "ext4", root)) {
			t.Run(o.String(), func(t *testing.T) {
				run := start(t, o.c.nsrun(t, append(o.options, o.path, "sh", "-c", lookForOldRoot)...))
				table, rest := run.section(t), run.section(t)
				if checkTable(t, table); t.Failed() {
					return
				}
				if rest != "/\n/\nin the root file system\nin the root file system\nin the root file system\n" {
					t.Errorf("by a path: %q", rest)
				}
				if all, ok := run.allMounts(t); ok && (len(all) == strings.Count(table, "\n")) == o.noPivot {
					t.Errorf("there are %d mounts, and these can be seen:\n%s", len(all), table)
				}
				run.end(t)
			})
		}
	})
}

// The inode numbers of all ways to the root are to be one.
const lookForOldRoot = `
	cat /proc/self/mountinfo; echo ---
	cd /..; pwd; cd ../../..; pwd
	for d in / /.. /../.. /proc/self/root/ /proc/self/root/.. /proc/1/root/ /proc/1/root/.. /proc/1/cwd/..; do
		[ "$(stat -c '%d %i' $d)" = "$(stat -c '%d %i' /)" ] || echo $d is another directory
	done
	cat /../marker /proc/self/root/../marker /proc/1/root/../marker
	cat /../mnt/canary /proc/self/root/../mnt/canary /proc/1/root/../mnt/canary ../mnt/canary 2>/dev/null
	echo ---
	read end`

// checkTable wants one mount at "/", and all others to be those of a new root.
func checkTable(t *testing.T, table string) {
	t.Helper()
	var points []string
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		points = append(points, f[4])
		top, _, _ := strings.Cut(strings.TrimPrefix(f[4], "/"), "/")
		if !slices.Contains([]string{"", "proc", "dev", "sys"}, top) {
			t.Errorf("a mount of the old root: %s", line)
		}
	}
	for _, want := range []string{"/", "/proc", "/dev", "/sys"} {
		found := 0
		for _, point := range points {
			if point == want {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d mounts at %s in:\n%s", found, want, table)
		}
	}
	if _, err := os.Stat("/mnt/canary"); err != nil {
		t.Error(err)
	}
}

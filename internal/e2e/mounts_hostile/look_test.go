//go:build linux

package mounts_hostile_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// names lists what is below a directory, but the canary, which would notice.
func names(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.Name() == "outside" {
			return fs.SkipDir
		}
		if err == nil {
			list = append(list, path+" "+d.Type().String())
		}
		return err
	}))
	return strings.Join(list, "\n")
}

// difference shows the lines that only one of two texts has.
func difference(before, after string) string {
	var list []string
	for i, pair := range [2][2]string{{before, after}, {after, before}} {
		for line := range strings.Lines(pair[0] + "\n") {
			if !strings.Contains("\n"+pair[1]+"\n", "\n"+line) {
				list = append(list, "-+"[i:i+1]+" "+strings.TrimSuffix(line, "\n"))
			}
		}
	}
	return strings.Join(list, "\n")
}

// remount makes a directory a mount of its own, with these flags.
func remount(t *testing.T, dir, flags string) {
	t.Helper()
	for _, args := range [][]string{{"--bind", dir, dir}, {"-o", "remount,bind," + flags, dir}} {
		if output, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
			t.Fatalf("mount %q: %v: %s", args, err, output)
		}
	}
}

// optionsOf are the flags of the topmost mount on a path, as a mount table shows them.
func optionsOf(table, path string) (flags string) {
	for line := range strings.Lines(table) {
		if f := strings.Fields(line); len(f) > 5 && f[4] == path {
			flags = f[5]
		}
	}
	return flags
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

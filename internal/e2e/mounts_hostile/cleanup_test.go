//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2024-23652, CVE-2024-23653 (BuildKit): a mount point that was created for the run is
// removed after it, through a link that the command has laid. After a run that has
// worked nothing is removed.
func TestCVE_2024_23652(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		for _, script := range []string{
			`umount /a/b 2>/dev/null; rm -rf /a /c; ln -s "$1" /a; ln -s "$1" /c`,
			`umount /a/b 2>/dev/null; mv /a /moved; ln -s "$1" /a; rm -f /c; ln -s "$1/canary" /c`,
			`mv /a /moved; ln -s "$1" /a`,
		} {
			cmd := c.nsrun(t, job([]string{"-v", src + ":/a/b", "-v", src + "/f:/c"}, root, "sh", "-c",
				script+" 2>/dev/null; true", "sh", canary.dir)...)
			r := nstest.Exec(t, cmd)
			r.Stderr = ""
			harmless(t, r, script)
			for _, name := range []string{"a", "c", "moved"} {
				must(t, os.RemoveAll(filepath.Join(root, name)))
			}
			if _, err := os.Stat(filepath.Join(src, "f")); err != nil {
				t.Fatal(err) // the volume must not be emptied either
			}
		}
		canary.untouched(t)
	})
}

// The same for runs that fail, after which all that was created is removed again: the way to
// it is swapped meanwhile with a link out, or with a directory that has the same names.
func TestCVE_2024_23652InAFailedRun(t *testing.T) {
	for _, row := range []struct {
		name, a, b string
		options    []string
	}{
		{"a parent with a link out", "d", "link", []string{"-v", "SRC:/d/e/new/x", "-v", "SRC/f:/d/e/file"}},
		{"what is created", "d/new", "precious", []string{"-v", "SRC:/d/new/x", "--tmpfs=/d/new/y"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				root, src, canary := raced(t, c, true)
				for _, dir := range []string{"precious/e/new", "precious/keep"} {
					must(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
				}
				for _, file := range []string{"precious/f", "precious/keep/file"} {
					write(t, filepath.Join(root, file), "precious\n", 0o644)
				}
				give(t, c, root)
				args := job(expand(row.options, src), root, "no such command")
				worked, _ := race(t, c, filepath.Join(root, row.a), filepath.Join(root, row.b), args, nil)
				if worked > 0 {
					t.Error("a run of nothing has worked")
				}
				canary.untouched(t)
				foundPrecious(t, root)
				if _, err := os.Stat(filepath.Join(src, "f")); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// foundPrecious looks for the files that were in the directory, wherever that is by now.
func foundPrecious(t *testing.T, root string) {
	t.Helper()
	for _, file := range []string{"keep/file", "f"} {
		found := false
		for _, dir := range []string{"precious", "d", "d/new"} {
			data, err := os.ReadFile(filepath.Join(root, dir, file))
			found = found || err == nil && string(data) == "precious\n"
		}
		if !found {
			t.Errorf("the file %s of the root file system is gone", file)
		}
	}
}

// A run that fails takes away what it has created, and nothing else.
func TestAFailedRunLeavesNothing(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		must(t, os.MkdirAll(filepath.Join(root, "old/empty"), 0o755))
		for _, name := range []string{"proc", "dev", "sys"} {
			must(t, os.Remove(filepath.Join(root, name)))
		}
		give(t, c, root)
		before := names(t, filepath.Dir(root))
		for _, options := range [][]string{
			{"-v", src + ":/old/empty", "-v", src + "/f:/old/new", "-v", src + ":/a/b/c/d", "--tmpfs=/t/u", "--fs=tmpfs:x:/v"},
			{"-v", src + ":/a/b", "--ro"}, {"-v", filepath.Dir(src) + "/made/here:/a:create"},
			{"-v", src + ":/a/b", "--mask=/missing"}, {"-v", src + ":/a/b", "--wd=/missing"},
			{"--overlay=" + filepath.Dir(src) + "/layers", "-v", src + ":/a/b", "--wd=/missing"},
			{"--tmpfs=/a/b", "--tmpfs=/a/b/c/d", "--fs=nonsense:x:/a/e"},
		} {
			for _, command := range []string{"missing", "/old"} {
				r := nstest.Exec(t, c.nsrun(t, job(options, root, command)...))
				harmless(t, r, options[0])
				if r.Code == 0 {
					t.Errorf("%q: has worked", options)
				}
				after := names(t, filepath.Dir(root))
				if after != before {
					t.Errorf("%q %s: the files differ:\n%s", options, command, difference(before, after))
				}
				before = after
			}
		}
		canary.untouched(t)
	})
}

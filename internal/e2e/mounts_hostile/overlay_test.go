//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// A directory that gets a writable layer is swapped with a link out: the layer must not lie over
// what the link leads to, which the command would then read. With mounts below the root
// directory each mount has a layer of its own, and for a plain user each directory.
func TestRaceForTheLowerDirectory(t *testing.T) {
	for _, row := range []struct{ name, mount string }{
		{"a mount below the swapped directory", "d/e"},
		{"a mount elsewhere", "var/m"},
	} {
		t.Run(row.name, func(t *testing.T) {
			inChild(t, func(t *testing.T, c caller) {
				root, canary := rootOnTmpfs(t, c)
				must(t, os.MkdirAll(filepath.Join(root, "d/e"), 0o755))
				must(t, os.MkdirAll(filepath.Join(root, row.mount), 0o755))
				must(t, os.Symlink(canary.dir, filepath.Join(root, "link")))
				must(t, unix.Mount("tmpfs", filepath.Join(root, row.mount), "tmpfs", 0, ""))
				give(t, c, root)
				args := job([]string{"--overlay"}, root, "sh", "-c",
					"cat /d/canary /d/e/canary /link/canary 2>/dev/null; echo x >/d/new; echo x >/d/e/new; true")
				worked, _ := race(t, c, filepath.Join(root, "d"), filepath.Join(root, "link"), args, nil)
				if worked == 0 {
					t.Error("no run worked")
				}
				canary.quiet(t)
			})
		})
	}
}

// With --overlay nothing of the root file system is changed either, whatever links it has.
func TestTheLowerDirectoryNeverChanges(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		must(t, os.Symlink(canary.dir, filepath.Join(root, "link")))
		must(t, os.Symlink(filepath.Join(canary.dir, "canary"), filepath.Join(root, "file")))
		before := hashTree(t, root)
		layers := filepath.Join(filepath.Dir(root), "layers")
		must(t, os.Mkdir(layers, 0o755))
		give(t, c, layers)
		for _, overlay := range []string{"--overlay", "--overlay=" + layers, "--overlay=" + layers} {
			r := nstest.Exec(t, c.nsrun(t, job([]string{overlay, "-v", src + ":/new/x"}, root, "sh", "-c",
				`echo x >/file; echo x >/link/canary; rm -rf /etc /usr/bin/true; echo y >/etc; mkdir /made; true`)...))
			r.Stderr = ""
			harmless(t, r, overlay)
			if after := hashTree(t, root); after != before {
				t.Errorf("%s: the root file system differs:\n%s", overlay, difference(before, after))
			}
		}
		must(t, os.RemoveAll(layers))
		canary.untouched(t)
	})
}

// A directory of layers that an earlier command has filled: with links and devices, and named
// as its parts are. It is the caller's all the same.
func TestHostileLayers(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		for _, name := range []string{"upper", "work", "mirror", "layers"} {
			for _, kind := range []string{"link", "file", "fifo"} {
				layers := filepath.Join(filepath.Dir(root), "layers")
				must(t, os.MkdirAll(layers, 0o755))
				lay(t, filepath.Join(layers, name), kind, "OUT", canary.dir)
				give(t, c, layers)
				r := nstest.Exec(t, c.nsrun(t, job([]string{"--overlay=" + layers}, root, "sh", "-c", "echo x >/new; cat /canary; true")...))
				if r.Code == 0 {
					r.Stderr = ""
				}
				harmless(t, r, name+" is a "+kind)
				must(t, os.RemoveAll(layers))
			}
		}
		canary.untouched(t)
	})
}

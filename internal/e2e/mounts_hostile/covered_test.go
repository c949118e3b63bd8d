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

// What the host hides from its users by a mount on top stays hidden: a user namespace must not
// uncover it, by no way to copy, to layer or to unmount it.
func TestCoveredFilesStayCovered(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		if c.root {
			return // who may unmount it on the host, too
		}
		root, canary := rootOnTmpfs(t, c)
		private := filepath.Join(root, "private")
		must(t, os.Mkdir(private, 0o755))
		write(t, filepath.Join(private, "canary"), secret, 0o644)
		must(t, unix.Mount("tmpfs", private, "tmpfs", 0, "mode=755"))
		defer unix.Unmount(private, unix.MNT_DETACH)
		layers := filepath.Join(filepath.Dir(root), "layers")
		must(t, os.Mkdir(layers, 0o755))
		give(t, c, layers)
		worked := 0
		for _, options := range [][]string{
			{}, {"--overlay"}, {"--overlay=" + layers}, {"--ro"}, {"--no-pivot"}, {"--propagation=slave"}, {"--propagation=shared"},
			{"-v", root + ":/x"}, {"-v", root + ":/x:norec"}, {"-v", root + ":/x:shared"}, {"-v", private + ":/x:norec"},
			{"--fs", "overlay:x:/x:lowerdir=" + root + ":" + root + "/etc"}, {"--ro-path=/private"}, {"--mask=/private"},
		} {
			r := nstest.Exec(t, c.nsrun(t, job(options, root, "sh", "-c",
				"for i in 1 2 3; do umount /private /x/private; umount -l /private; done 2>/dev/null; cat /private/canary /x/private/canary /x/canary; true")...))
			if r.Code == 0 {
				worked++
				r.Stderr = "" // of cat
			}
			harmless(t, r, strings.Join(options, " "))
		}
		if worked < 8 {
			t.Errorf("%d runs worked", worked)
		}
		canary.quiet(t)
	})
}

// No directory for temporary files is needed: they may be missing, full or read-only, and
// TMPDIR may be a trap.
func TestNoTemporaryFiles(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, canary := rootOnTmpfs(t, c)
		src := source(t, root)
		tool := filepath.Join(filepath.Dir(root), "nsrun")
		data, err := os.ReadFile(nstest.Tool(t, "nsrun"))
		must(t, err)
		write(t, tool, "", 0o755)
		must(t, os.WriteFile(tool, data, 0o755))
		for _, dir := range []string{"/tmp", "/var/tmp", "/run"} {
			must(t, unix.Mount("tmpfs", dir, "tmpfs", unix.MS_RDONLY, "size=4k,mode=1777"))
			defer unix.Unmount(dir, unix.MNT_DETACH)
		}
		before := mountinfo(t, "self")
		for _, options := range [][]string{{"-v", src + ":/a/b"}, {"--overlay"}, {"--tmpfs=/t", "--mask=default"}, {"--ro", "--fs=tmpfs:x:/x"}} {
			cmd := c.command(tool, job(options, root, "echo", "ok")...)
			cmd.Env = append(cmd.Env, "TMPDIR="+canary.dir)
			mustPrint(t, nstest.Exec(t, cmd), "ok\n")
		}
		if after := mountinfo(t, "self"); after != before {
			t.Errorf("the mounts differ:\n%s", difference(before, after))
		}
		canary.quiet(t)
	})
}

// A run that fails outside of its new user namespace, where the owners of volumes are mapped: what it
// takes back is what it has created, and no mount of the host changes, least of all the one that is
// its standard input.
func TestTheHelperChangesNoMountOutside(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, canary := rootOnTmpfs(t, c)
		file := filepath.Join(filepath.Dir(root), "file")
		write(t, file, "", 0o644)
		remount(t, file, "ro")
		defer unix.Unmount(file, unix.MNT_DETACH)
		must(t, os.Chmod(filepath.Dir(root), 0o777))
		before := mountinfo(t, "self")
		stdin, err := os.Open(file)
		must(t, err)
		defer stdin.Close()
		created := filepath.Join(filepath.Dir(root), "new")
		cmd := c.nsrun(t, job([]string{"-r", "--ro", "-v", created + "/a:/x:idmap,create", "-v", "/nonexistent:/y:idmap"}, root, "true")...)
		cmd.Stdin = stdin
		r := nstest.Exec(t, cmd)
		harmless(t, r, "a run that fails outside")
		if r.Code != 125 {
			t.Errorf("%+v", r)
		}
		if after := mountinfo(t, "self"); after != before {
			t.Errorf("the mounts differ:\n%s", difference(before, after))
		}
		if exists(created) {
			t.Errorf("%s is left", created)
		}
		canary.quiet(t)
	})
}

//go:build linux

package privileges_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// The profile is a file of the caller's: a relative path begins at its working directory, and
// what ROOTFS has of that name does not count.
func TestProfileIsTheCallersFile(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		rootfs := nstest.Rootfs(t)
		dir := nstest.TempDir(t)
		forbids := rules(rule("mkdir", "ERRNO", ""), rule("mkdirat", "ERRNO", ""))
		write(t, dir+"/p.json", forbids)
		path := filepath.Join(rootfs, dir)
		must(t, os.MkdirAll(path, 0o755))
		write(t, path+"/p.json", rules())
		write(t, rootfs+"/p.json", rules())
		for _, name := range []string{"p.json", "./p.json", dir + "/p.json", "/proc/self/cwd/p.json"} {
			cmd := c.nsrun(t, "--pid", "--seccomp", name, rootfs, "sh", "-c", "mkdir /tmp/x 2>/dev/null || echo refused")
			cmd.Dir = dir
			if got := mustRun(t, nstest.Exec(t, cmd)); got != "refused\n" {
				t.Errorf("%s: %q: the profile was another file", name, got)
			}
		}
	})
}

// A profile may come from a pipe, as a shell's <(...) makes.
func TestProfileFromAPipe(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		fifo := filepath.Join(nstest.TempDir(t), "fifo")
		must(t, unix.Mkfifo(fifo, 0o644))
		must(t, os.Chmod(fifo, 0o644))
		written := make(chan error, 1)
		go func() {
			written <- os.WriteFile(fifo, []byte(rules(rule("mkdir", "ERRNO", ""), rule("mkdirat", "ERRNO", ""))), 0)
		}()
		got := mustRun(t, c.run(t, "--fork --seccomp "+fifo, "sh", "-c", "mkdir /tmp/nstest-never 2>/dev/null || echo refused"))
		must(t, <-written)
		if got != "refused\n" {
			t.Errorf("got %q", got)
		}
	})
}

//go:build linux

package mounts_hostile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2024-21626 (runc): a descriptor of a directory of the host as the working directory, or as
// the way to a mount point: by its name, and by links in the root file system and in a volume.
func TestCVE_2024_21626(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		dir, err := os.Open(canary.dir)
		must(t, err)
		defer dir.Close()
		for fd := 3; fd <= 9; fd++ {
			for _, place := range []string{root, src} {
				must(t, os.Symlink(fmt.Sprintf("/proc/self/fd/%d", fd), fmt.Sprintf("%s/link%d", place, fd)))
			}
			for _, way := range []string{fmt.Sprintf("/proc/self/fd/%d", fd), fmt.Sprintf("/link%d", fd), fmt.Sprintf("/vol/link%d", fd)} {
				for _, options := range [][]string{{"--wd=" + way}, {"-v", src + ":" + way + "/e"}, {"--overlay", "--wd=" + way + "/e"}} {
					cmd := c.nsrun(t, job(append(options, "-v", src+":/vol"), root, "sh", "-c", "cat canary e/canary ../canary 2>/dev/null; true")...)
					cmd.ExtraFiles = []*os.File{dir, dir, dir, dir}
					cmd.Dir = canary.dir
					harmless(t, nstest.Exec(t, cmd), strings.Join(options, " "))
				}
			}
		}
		canary.untouched(t)
	})
}

// CVE-2020-17368 (firejail): text of an option that reaches a shell. Names are names.
func TestCVE_2020_17368(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		here := filepath.Join(filepath.Dir(root), "here")
		must(t, os.Mkdir(here, 0o777))
		give(t, c, here)
		for _, name := range []string{"$(touch x)", "`touch x`", "a;touch x", "a|touch x", "a\ntouch x\n", `"$(touch x)"`} {
			src := filepath.Join(here, name)
			must(t, os.Mkdir(src, 0o755))
			write(t, filepath.Join(src, "f"), "it\n", 0o644)
			for _, options := range [][]string{
				{"-v", src + ":/mnt"}, {"-v", src + ":/" + name}, {"--tmpfs", "/" + name}, {"--tmpfs", "/t:" + name},
				{"--fs", "tmpfs:" + name + ":/t"}, {"--fs", name + ":x:/t"}, {"--fs", "auto:" + src + "/f:/t"}, {"--fs", "tmpfs:x:/t:" + name},
				{"--mask", "/" + name}, {"--ro-path", "/" + name}, {"--overlay=" + name}, {"--wd=" + name}, {"--hostname", name},
				{"-v", src + ":/mnt", "--explain"},
			} {
				cmd := c.nsrun(t, job(options, root, "true")...)
				cmd.Dir = here
				harmless(t, nstest.Exec(t, cmd), strings.Join(options, " "))
				must(t, os.RemoveAll(filepath.Join(here, name, "upper")))
			}
			for _, dir := range []string{here, root, src, "/"} {
				if _, err := os.Lstat(filepath.Join(dir, "x")); err == nil {
					t.Fatalf("%q: x was created in %s", name, dir)
				}
			}
		}
		must(t, os.RemoveAll(here))
		canary.untouched(t)
	})
}

// Control characters in the names of an option, of the root file system, and of what a link
// there leads to, are not for the terminal.
func TestNoControlCharactersInMessages(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, _ := hostileRootfs(t, c)
		const name = "\x1b]0;x\a\x1b[2J\u202e\x9b1\r\n"
		must(t, os.Symlink("/"+name, filepath.Join(root, "mnt")))
		write(t, filepath.Join(root, "file"), "", 0o644)
		for _, options := range [][]string{
			{"-v", name}, {"-v", name + ":/x"}, {"-v", "/:" + name}, {"-v", "/:/x:" + name}, {"-v", "/:/mnt/x"}, {"-v", "/:/file/" + name},
			{"--tmpfs", name}, {"--tmpfs", "/x:" + name}, {"--tmpfs", "/file/" + name}, {"--fs", name}, {"--fs", name + ":" + name + ":/x"},
			{"--fs", "tmpfs:x:/x:" + name}, {"--fs", "auto:" + name + ":/x"}, {"--mask", name}, {"--mask", "/" + name}, {"--ro-path", "/" + name},
			{"--overlay=/etc/passwd/" + name}, {"-v", "/etc/passwd/" + name + ":/x:create"}, {"--wd=/" + name},
		} {
			r := nstest.Exec(t, c.nsrun(t, job(options, root, "missing")...))
			if r.Code < 125 || r.Stdout != "" {
				t.Errorf("%q: %+v", options, r)
			}
			isMessage(t, r.Stderr)
			if strings.ContainsAny(r.Stderr, "\x1b\a\r\u202e") || strings.Contains(r.Stderr, "\x9b") {
				t.Errorf("%q: control characters in %q", options, r.Stderr)
			}
		}
	})
}

// CVE-2021-43784 (runc): the length of what the parent tells the constructor overflowed. What is
// too long is refused, or works; nothing of it becomes another option.
func TestCVE_2021_43784(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root, canary := hostileRootfs(t, c)
		src := source(t, root)
		long := strings.Repeat("/"+strings.Repeat("d", 200), 700)[:1<<17-100]
		for _, options := range [][]string{
			{"-v", src + ":" + long}, {"-v", long + ":/x"}, {"--tmpfs", long}, {"--tmpfs", "/x:" + long}, {"--mask", long}, {"--fs", "tmpfs:" + long + ":/x"},
			{"--overlay=" + long}, {"--wd=" + long}, {"--fs", "overlay:x:/x:lowerdir=" + long[:1<<16]},
		} {
			harmless(t, nstest.Exec(t, c.nsrun(t, job(options, root, "true")...)), options[0])
		}
		var many []string
		for i := range 300 {
			many = append(many, "-v", fmt.Sprintf("%s:/many/%d", src, i))
		}
		mustPrint(t, nstest.Exec(t, c.nsrun(t, job(many, root, "sh", "-c", "cat /many/299/f; ls /many | wc -l")...)), "of the source\n300\n")
		canary.untouched(t)
	})
}

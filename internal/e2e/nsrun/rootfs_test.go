//go:build linux

package nsrun_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// ROOTFS may have any name and be reached in any way.
func TestRootfsNames(t *testing.T) {
	dir := nstest.TempDir(t)
	real := markedRootfs(t)
	for _, row := range []struct{ name, path string }{
		{"with spaces", "a root fs"},
		{"with a newline", "root\nfs"},
		{"with bytes that are not UTF-8", "root\xff\xfe"},
		{"with an equals sign", "a=b"},
		{"with a quote and a dollar sign", `it's $HOME`},
		{"with an escape sequence", "\x1b]0;x\a"},
		{"in a long path", strings.Repeat(strings.Repeat("d", 200)+"/", 15) + "root"},
		{"like an option, after ./", "./-x"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(dir, row.path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(real, path); err != nil {
				t.Fatal(err)
			}
			defer os.Rename(path, real)
			eachCaller(t, func(t *testing.T, c caller) {
				mustPrint(t, c.run(t, mainJob(path, "cat", "/marker")...), "in the root file system\n")
				mustPrint(t, c.run(t, "--root", path, "cat", "/marker"), "in the root file system\n")
			})
		})
	}
}

func TestRootfsWays(t *testing.T) {
	root := markedRootfs(t)
	dir := filepath.Dir(root)
	link := filepath.Join(dir, "link")
	if err := os.Symlink("rootfs", link); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, cwd, path string }{
		{"relative", dir, "rootfs"},
		{"relative with ./", dir, "./rootfs"},
		{"relative with ..", filepath.Join(root, "etc"), "../../rootfs"},
		{"the working directory", root, "."},
		{"above the working directory", filepath.Join(root, "usr/bin"), "../.."},
		{"with slashes at its end", "/", root + "///"},
		{"a symbolic link", "/", link},
		{"a symbolic link with a slash", "/", link + "/"},
		{"through /proc/self/cwd", root, "/proc/self/cwd"},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				for _, args := range [][]string{
					mainJob(row.path, "sh", "-c", "cat /marker; pwd"),
					{"--root=" + row.path, "sh", "-c", "cat /marker; pwd"},
					{row.path, "sh", "-c", "cat /marker; pwd"},
				} {
					cmd := c.nsrun(t, args...)
					cmd.Dir = row.cwd
					mustPrint(t, nstest.Exec(t, cmd), "in the root file system\n/\n")
				}
			})
		})
	}
}

// The caller's own root is a root file system like any other.
func TestRootfsIsTheRoot(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		mustPrint(t, c.run(t, mainJob("/", "sh", "-c", "echo $$; pwd")...), "1\n/\n")
	})
}

func TestRootTakesAllOperandsAsCommand(t *testing.T) {
	root := markedRootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		// /etc is a directory, here and inside.
		mustFail(t, c.run(t, "--root", root, "/etc"), 126, "execute /etc", "permission denied")
	})
}

func TestBadRootfs(t *testing.T) {
	root := nstest.Rootfs(t)
	file := filepath.Join(root, "file")
	write(t, file, "not a directory\n", 0o644)
	for _, row := range []struct {
		name  string
		args  []string
		code  int
		words []string
	}{
		{"an operand with a slash that does not exist", []string{"./nowhere/at/all", "true"}, 127,
			[]string{"./nowhere/at/all", "root file system", "command", "no such file"}},
		{"--root that does not exist", []string{"--root=/nowhere", "true"}, 125, []string{"/nowhere", "no such file"}},
		{"--root that is a file", []string{"--root=" + file, "true"}, 125, []string{file, "none of the file systems"}},
		{"--root below a file", []string{"--root=" + file + "/x", "true"}, 125, []string{file, "not a directory"}},
		{"--root without argument", []string{"--root"}, 125, []string{"--root", "argument"}},
		{"an empty --root", []string{"--root=", "true"}, 125, []string{"--root", "empty"}},
		{"a file as ROOTFS", []string{"--mnt", file, "true"}, 126, []string{file, "permission denied"}},
		{"a root file system without the command", []string{root, "nothing-like-it"}, 127,
			[]string{"execute nothing-like-it", "no such file"}},
		{"an empty operand", []string{"--mnt", "", "true"}, 127, []string{`""`, "no such file"}},
		{"a name with an escape sequence", []string{"--root=/no\x1b]0;x\awhere\n", "true"}, 125, []string{`\x1b`, `\n`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				mustFail(t, c.run(t, row.args...), row.code, row.words...)
			})
		})
	}
}

// A read-only root file system stays read-only, and is not written to.
func TestReadOnlyRootfs(t *testing.T) {
	asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := markedRootfs(t)
		bindReadOnly(t, root)
		eachCaller(t, func(t *testing.T, c caller) {
			const script = `cat /marker; touch /x 2>/dev/null || echo no; touch /dev/x && echo /dev yes`
			job := mainJob(root, "sh", "-c", script)
			mustPrint(t, c.run(t, job...), "in the root file system\nno\n/dev yes\n")
			mustPrint(t, c.run(t, append([]string{"-r"}, job...)...), "in the root file system\nno\n/dev yes\n")
		})
	})
}

func bindReadOnly(t *testing.T, dir string) {
	t.Helper()
	for _, flags := range []uintptr{unix.MS_BIND, unix.MS_BIND | unix.MS_REMOUNT | unix.MS_RDONLY} {
		if err := unix.Mount(dir, dir, "", flags, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// What is missing of /proc, /dev and /sys is made, and where that cannot be, it is named.
func TestMissingMountPoints(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		root := nstest.Rootfs(t)
		for _, d := range []string{"proc", "dev", "sys"} {
			if err := os.Remove(filepath.Join(root, d)); err != nil {
				t.Fatal(err)
			}
		}
		if !c.root && c.user {
			mustFail(t, c.run(t, mainJob(root, "true")...), 125, "/proc", "permission denied", "hint: ", "create the directory proc")
			mustPrint(t, c.run(t, "--proc=none", "--dev=none", "--sys=none", root, "echo", "x"), "x\n")
			return
		}
		mustPrint(t, c.run(t, mainJob(root, "sh", "-c", "echo $$; ls -d /proc/1 /dev/null /sys/kernel")...),
			"1\n/dev/null\n/proc/1\n/sys/kernel\n")
	})
}

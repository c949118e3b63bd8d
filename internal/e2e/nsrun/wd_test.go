//go:build linux

package nsrun_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestWorkingDirectory(t *testing.T) {
	root := markedRootfs(t)
	dir := nstest.TempDir(t)
	for _, row := range []struct {
		name string
		args []string
		want string
	}{
		{"without a root file system it stays", []string{"--uts"}, dir},
		{"also when Go starts", []string{"--mnt"}, dir},
		{"also in a child", []string{"--fork"}, dir},
		{"--wd", []string{"--uts", "--wd=/usr"}, "/usr"},
		{"-w", []string{"--uts", "-w", "/usr"}, "/usr"},
		{"--wd relative to the caller's", []string{"--uts", "--wd=.."}, filepath.Dir(dir)},
		{"--wd with --mnt", []string{"--mnt", "--wd=/usr"}, "/usr"},
		{"with a root file system it is /", mainJob(root), "/"},
		{"--wd is inside", append([]string{"--wd=/root"}, mainJob(root)...), "/root"},
		{"--wd relative to the new root", append([]string{"--wd=usr/bin"}, mainJob(root)...), "/usr/bin"},
		{"--wd cannot climb out", append([]string{"--wd=../../../../etc"}, mainJob(root)...), "/etc"},
		{"--wd in the new /dev", append([]string{"--wd=/dev/pts"}, mainJob(root)...), "/dev/pts"},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				if !c.root && row.want == "/root" { // of mode 0700, or the caller's own inside
					row.args[0] = "--wd=/tmp"
					row.want = "/tmp"
				}
				cmd := c.nsrun(t, append(row.args, "sh", "-c", "pwd -P")...)
				cmd.Dir = dir
				mustPrint(t, nstest.Exec(t, cmd), row.want+"\n")
			})
		})
	}
}

func TestBadWorkingDirectory(t *testing.T) {
	root := nstest.Rootfs(t)
	for _, row := range []struct {
		name  string
		args  []string
		words []string
	}{
		{"that does not exist", []string{"--uts", "--wd=/no/where", "true"}, []string{"working directory", "/no/where", "no such file"}},
		{"that is a file", []string{"--uts", "--wd=/etc/passwd", "true"}, []string{"working directory", "/etc/passwd", "not a directory"}},
		{"that does not exist inside", append([]string{"--wd=/no/where"}, mainJob(root, "true")...),
			[]string{"working directory", "/no/where", "no such file"}},
		{"that is there outside only", append([]string{"--wd=" + filepath.Dir(root)}, mainJob(root, "true")...),
			[]string{"working directory", "no such file"}},
		{"that is empty", []string{"--wd=", "true"}, []string{"--wd", "empty"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				mustFail(t, c.run(t, row.args...), 125, row.words...)
			})
		})
	}
}

// Descriptors of directories that the caller has open must not become the way out:
// /proc/self/fd/N as working directory, directly or through a link in the root file
// system. The command must not start outside; whether it starts at all does not matter.
func TestCVE_2024_21626(t *testing.T) {
	root := markedRootfs(t)
	write(t, filepath.Join(filepath.Dir(root), "outside"), "", 0o644)
	for i := 3; i <= 20; i++ {
		if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", i), filepath.Join(root, fmt.Sprintf("link%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	var dirs []*os.File
	for _, path := range []string{"/", "/etc", filepath.Dir(root), root, "/", filepath.Dir(root)} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		dirs = append(dirs, f)
	}
	const look = `pwd -P; ls outside passwd ../outside ../../outside proc/1/root/outside /proc/self/cwd/outside 2>/dev/null; true`
	eachCaller(t, func(t *testing.T, c caller) {
		for _, i := range []int{3, 4, 5, 6, 7, 8, 9, 20} { // the Go runtime opens some of its own
			for _, wd := range []string{"/proc/self/fd/%d", "/link%d", "link%d", "/proc/1/fd/%d", "/proc/self/fd/%d/.", "/proc/thread-self/fd/%d"} {
				wd = fmt.Sprintf(wd, i)
				cmd := c.nsrun(t, append([]string{"--wd", wd}, mainJob(root, "sh", "-c", look)...)...)
				cmd.ExtraFiles = dirs
				r := nstest.Exec(t, cmd)
				if r.Code == 0 && (!strings.HasPrefix(r.Stdout, "/\n") || strings.Contains(r.Stdout, "outside")) {
					t.Errorf("--wd=%s: the command started outside: %q", wd, r.Stdout)
				} else if r.Code != 0 {
					mustFail(t, r, 125, "working directory")
				}
			}
		}
	})
}

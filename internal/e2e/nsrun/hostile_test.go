//go:build linux

package nsrun_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2019-5736: with ids of its own namespace the command, a script that names
// /proc/self/exe as its interpreter, is the tool itself. Whoever gets hold of that file
// must not be able to write to the one that the caller started.
func TestCVE_2019_5736(t *testing.T) {
	root := nstest.Rootfs(t)
	// Forks before it executes the script again, and so stays a while.
	write(t, filepath.Join(root, "evil"), "#!/proc/self/exe --kill-child\n", 0o755)
	eachCaller(t, func(t *testing.T, c caller) {
		dir := worldWritable(t)
		tool := filepath.Join(dir, "nsrun")
		copyFile(t, nstest.Tool(t, "nsrun"), tool)
		if err := os.Chown(tool, c.uid(), c.uid()); err != nil {
			t.Fatal(err)
		}
		before := hash(t, tool)
		ways := [][]string{{"-r", "--pid"}, {"-r", "--pid", "--uts"}, {"-c", "--pid"}}
		if c.uid() == 0 { // who is root outside as well, with less than root has
			ways = append(ways, []string{"--harden", "--pid"}, []string{"--cap-drop", "ALL", "--pid"}, []string{"-S", "0", "--pid"})
		}
		for _, options := range ways {
			cmd := c.command("/bin/sh", append([]string{"-c", `ulimit -c 0; exec "$@"`, "sh", tool}, append(options, root, "/evil")...)...)
			run := launch(t, cmd)
			exe := openExeBelow(t, run)
			run.signal(t, unix.SIGKILL)
			run.wait(t)
			waitNoneMarked(t, run.mark) // or the file would be busy
			refuseWriting(t, exe)
			if after := hash(t, tool); after != before {
				t.Fatal("the tool's file was changed")
			}
		}
	})
}

// openExeBelow opens what PID 1 of the run executes, as somebody inside would.
func openExeBelow(t *testing.T, run *running) *os.File {
	t.Helper()
	var exe *os.File
	eventually(t, func() error {
		for _, pid := range findMarked(run.mark) {
			if !strings.Contains(commandLine(pid), "\x00/evil\x00") || !strings.HasPrefix(commandLine(pid), "/proc/self/exe\x00") {
				continue
			}
			var err error
			exe, err = os.Open(fmt.Sprintf("/proc/%d/exe", pid))
			return err
		}
		return fmt.Errorf("the script was not executed: %s", run.stderr.String())
	})
	t.Cleanup(func() { exe.Close() })
	return exe
}

func refuseWriting(t *testing.T, exe *os.File) {
	t.Helper()
	path := fmt.Sprintf("/proc/self/fd/%d", exe.Fd())
	for _, flags := range []int{os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_WRONLY | os.O_APPEND} {
		f, err := os.OpenFile(path, flags, 0)
		if err != nil {
			continue
		}
		if _, err := f.Write([]byte("x")); err == nil {
			t.Errorf("the tool's file can be written to from inside, opened with %#x", flags)
		}
		f.Close()
	}
}

func hash(t *testing.T, path string) [32]byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(data)
}

// Mount points that lead out of the root file system, or are something else than
// directories: all is refused, or made inside; nothing outside is touched, nothing hangs.
func TestHostileMountPoints(t *testing.T) {
	for _, name := range []string{"proc", "dev", "sys"} {
		for _, row := range []struct {
			name string
			make func(t *testing.T, path, outside string) error
		}{
			{"an absolute link out", func(_ *testing.T, path, outside string) error { return os.Symlink(outside, path) }},
			{"a relative link out", func(_ *testing.T, path, _ string) error { return os.Symlink("../outside", path) }},
			{"a link to /proc/1/root", func(_ *testing.T, path, outside string) error { return os.Symlink("/proc/1/root"+outside, path) }},
			{"a link to the working directory", func(_ *testing.T, path, _ string) error { return os.Symlink("/proc/self/cwd", path) }},
			{"a loop", func(_ *testing.T, path, _ string) error { return os.Symlink(filepath.Base(path), path) }},
			{"a file", func(t *testing.T, path, _ string) error { write(t, path, "", 0o644); return nil }},
			{"a FIFO", func(_ *testing.T, path, _ string) error { return unix.Mkfifo(path, 0o666) }},
		} {
			t.Run(name+" is "+row.name, func(t *testing.T) {
				root := hostileRootfs(t)
				outside := filepath.Join(filepath.Dir(root), "outside")
				path := filepath.Join(root, name)
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
				if err := row.make(t, path, outside); err != nil {
					t.Fatal(err)
				}
				eachCaller(t, func(t *testing.T, c caller) {
					cmd := c.nsrun(t, mainJob(root, "true")...)
					cmd.Dir = outside
					mustFail(t, nstest.Exec(t, cmd), 125, "/"+name, "hint: ", "--"+name+"=none")
					if entries, _ := os.ReadDir(outside); len(entries) != 1 {
						t.Errorf("outside there is %v", entries)
					}
				})
			})
		}
	}
}

// hostileRootfs has no programs, which are not needed, next to a directory with a canary.
func hostileRootfs(t *testing.T) string {
	t.Helper()
	dir := nstest.TempDir(t)
	for _, d := range []string{"rootfs", "outside", "rootfs/proc", "rootfs/dev", "rootfs/sys"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "outside/canary"), "", 0o644)
	return filepath.Join(dir, "rootfs")
}

// What a hostile root file system has below /dev is covered, not used: CVE-2015-3627 and
// its later kin.
func TestHostileDev(t *testing.T) {
	root := nstest.Rootfs(t)
	dir := filepath.Dir(root)
	write(t, filepath.Join(dir, "canary"), "safe", 0o666)
	for _, name := range []string{"null", "ptmx", "console", "pts", "shm", "fd", "stdin", "tty"} {
		if err := os.Symlink("../../canary", filepath.Join(root, "dev", name)); err != nil {
			t.Fatal(err)
		}
	}
	eachCaller(t, func(t *testing.T, c caller) {
		mustPrint(t, c.run(t, mainJob(root, "sh", "-c", "echo x >/dev/null; [ -c /dev/null ] && [ -d /dev/pts ] && [ -d /dev/shm ] && echo ok")...), "ok\n")
		if data, _ := os.ReadFile(filepath.Join(dir, "canary")); string(data) != "safe" {
			t.Errorf("the canary is %q", data)
		}
	})
}

// Names that a hostile root file system or command line has in a message.
func TestNoControlCharactersInMessages(t *testing.T) {
	root := nstest.Rootfs(t)
	const name = "\x1b]0;x\a\x1b[2J\u202e\x9b1\r\n"
	eachCaller(t, func(t *testing.T, c caller) {
		for _, args := range [][]string{
			{name}, {"./" + name}, {"--root", name}, {"--wd", name, "true"}, mainJob(root, name), {"--wd=" + name, root, "true"},
			{"--uts=/" + name + "/x", "true"}, {"--" + name}, {"--proc=" + name, root}, {"--hostname=" + strings.Repeat(name, 9)},
			{"--kill-child=" + name, "true"},
		} {
			r := c.run(t, args...)
			if r.Code < 125 || r.Stdout != "" {
				t.Errorf("%q: %+v", args, r)
			}
			isMessage(t, r.Stderr)
			if strings.ContainsAny(r.Stderr, "\x1b\a\r\u202e") || strings.Contains(r.Stderr, "\x9b") {
				t.Errorf("%q: control characters in %q", args, r.Stderr)
			}
		}
	})
}

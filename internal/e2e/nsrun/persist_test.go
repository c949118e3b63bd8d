//go:build linux

package nsrun_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// keepDir is a place for files that namespaces are kept on: a private mount of its own,
// as mount_namespaces(7) wants it for a mount namespace. It is for use in a child.
func keepDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// boundLink is the namespace that is kept on file, as its link in /proc shows it.
func boundLink(t *testing.T, kind, file string) string {
	t.Helper()
	var fs unix.Statfs_t
	var st unix.Stat_t
	if err := unix.Statfs(file, &fs); err != nil {
		t.Fatal(err)
	}
	if err := unix.Stat(file, &st); err != nil {
		t.Fatal(err)
	}
	if fs.Type != unix.NSFS_MAGIC {
		t.Fatalf("%s is no namespace", file)
	}
	return fmt.Sprintf("%s:[%d]", kind, st.Ino)
}

var kept = []string{"uts", "ipc", "net", "pid", "mnt", "user", "cgroup", "time"}

func TestKeepNamespaces(t *testing.T) {
	for _, kind := range kept {
		t.Run(kind, func(t *testing.T) {
			c := asRoot(t)
			nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
				dir := keepDir(t)
				existing := filepath.Join(dir, "existing")
				write(t, existing, "covered", 0o644)
				for _, file := range []string{filepath.Join(dir, "new"), existing} {
					out := mustRun(t, c.run(t, "--"+kind+"="+file, "readlink", "/proc/self/ns/"+kind))
					if got := boundLink(t, kind, file) + "\n"; got != out {
						t.Errorf("kept is %q, the command was in %q", got, out)
					}
					mustJoin(t, kind, file, strings.TrimSpace(out))
				}
			})
		})
	}
}

// mustJoin joins what is kept, by our own tool and by util-linux's, which knows nothing of
// ours.
func mustJoin(t *testing.T, kind, file, link string) {
	t.Helper()
	if kind == "pid" { // its PID 1 is gone, and nothing can be started in it any more
		return
	}
	option := "--" + strings.Replace(kind, "mnt", "mount", 1) + "=" + file
	for _, tool := range []string{nstest.Tool(t, "nsjoin"), nstest.RequireCommand(t, "nsenter")} {
		r := nstest.Exec(t, exec.Command(tool, "--preserve-credentials", option, "readlink", "/proc/self/ns/"+kind))
		mustPrint(t, r, link+"\n")
	}
}

// All at once, with a root file system, by a short option and by the long ones.
func TestKeepSeveral(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := nstest.Rootfs(t)
		dir := keepDir(t)
		for round := range 10 { // binding a mount namespace can depend on the CPU, see SECURITY.md
			file := func(kind string) string { return filepath.Join(dir, fmt.Sprint(kind, round)) }
			out := mustRun(t, c.run(t, "-u"+file("uts"), "-n="+file("net"), "--ipc="+file("ipc"), "--mount="+file("mnt"),
				"--cgroup="+file("cgroup"), "--pid", root, "sh", "-c", "for n in uts net ipc mnt cgroup; do readlink /proc/self/ns/$n; done"))
			want := ""
			for _, kind := range []string{"uts", "net", "ipc", "mnt", "cgroup"} {
				want += boundLink(t, kind, file(kind)) + "\n"
			}
			if !strings.HasSuffix(out, want) {
				t.Errorf("kept are\n%sthe command was in\n%s", want, out)
			}
		}
	})
}

// What is kept is complete when the command starts.
func TestKeptBeforeTheCommandStarts(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		file := filepath.Join(keepDir(t), "uts")
		for range 10 {
			mustRun(t, c.run(t, "--uts="+file, "sh", "-c", `[ "$1" -ef /proc/self/ns/uts ]`, "sh", file))
			if err := unix.Unmount(file, 0); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A run that did not come to its command leaves neither a mount nor a file.
func TestFailedRunKeepsNothing(t *testing.T) {
	for _, row := range []struct {
		name string
		args []string
		code int
		word string
	}{
		{"no such command", []string{"nothing-like-it"}, 127, "nothing-like-it"},
		{"a command that cannot be executed", []string{"/etc/passwd"}, 126, "/etc/passwd"},
		{"no such working directory", []string{"--wd=/no/where", "true"}, 125, "/no/where"},
		{"a second file that cannot be made", []string{"--ipc=/no/where/ipc", "true"}, 125, "/no/where/ipc"},
		{"no such root", []string{"--root=/no/where", "true"}, 125, "/no/where"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := asRoot(t)
			nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
				dir := keepDir(t)
				before := mountinfo(t)
				mustFail(t, c.run(t, append([]string{"--uts=" + filepath.Join(dir, "uts"), "--net=" + filepath.Join(dir, "net")}, row.args...)...),
					row.code, row.word)
				if entries, _ := os.ReadDir(dir); len(entries) > 0 {
					t.Errorf("there is %v", entries)
				}
				if after := mountinfo(t); after != before {
					t.Errorf("mounts:\n%s\nbefore:\n%s", after, before)
				}
			})
		})
	}
}

// SIGKILL leaves all or nothing as well: never a file without its namespace.
func TestKillWhileKeeping(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		dir := keepDir(t)
		for i := range 30 {
			file := filepath.Join(dir, fmt.Sprint(i))
			run := launch(t, c.nsrun(t, "--uts="+file, "--pid", "sleep", "1000"))
			time.Sleep(time.Duration(i) * 300 * time.Microsecond)
			run.signal(t, unix.SIGKILL)
			run.wait(t)
			waitNoneMarked(t, run.mark)
			if _, err := os.Stat(file); err == nil {
				boundLink(t, "uts", file)
			}
		}
	})
}

func TestCannotKeep(t *testing.T) {
	dir := worldWritable(t)
	eachCaller(t, func(t *testing.T, c caller) {
		file := filepath.Join(dir, "uts")
		if c.root {
			mustFail(t, c.run(t, "--uts=/no/where/uts", "true"), 125, "/no/where/uts", "UTS namespace", "no such file")
			mustFail(t, c.run(t, "--uts="+dir, "true"), 125, dir, "UTS namespace", "not a directory")
		} else {
			mustFail(t, c.run(t, "--uts="+file, "true"), 125, file, "UTS namespace", "operation not permitted", "hint: ", "root")
		}
		mustFail(t, c.run(t, "--uts=", "true"), 125, "--uts", "empty")
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("there is %v", entries)
		}
	})
}

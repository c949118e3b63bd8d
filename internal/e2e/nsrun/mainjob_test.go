//go:build linux

package nsrun_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestMainJob(t *testing.T) {
	root := markedRootfs(t)
	for _, row := range []struct{ name, script, want string }{
		{"the command is PID 1", `echo $$`, "1\n"},
		{"PID 1 has no parent inside", `while read k v; do [ "$k" != PPid: ] || echo $v; done </proc/1/status`, "0\n"},
		{"the program of PID 1 is the command's", `readlink /proc/1/exe | while read p; do echo ${p##*/}; done; cat /proc/1/comm; true`, ""},
		{"/proc shows the processes of the inside only", `for p in /proc/[0-9]*; do echo ${p#/proc/}; done`, "1\n"},
		{"the working directory is the root", `pwd; readlink /proc/1/cwd; readlink /proc/1/root`, "/\n/\n/\n"},
		{"the root is ROOTFS", `cat /marker`, "in the root file system\n"},
		{"/.. stays inside", `cat /../../marker`, "in the root file system\n"},
		{"the caller is root inside", `id -u; id -g`, "0\n0\n"},
		{"/dev works", `echo x >/dev/null; head -c 2 /dev/zero | wc -c; cat </dev/null`, "2\n"},
		{"/sys cannot be written to", `touch /sys/x 2>/dev/null || echo no`, "no\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				r := c.run(t, mainJob(root, "sh", "-c", row.script)...)
				want := row.want
				if want == "" {
					want = shellProgram(t, root) + "\nsh\n"
				}
				mustPrint(t, r, want)
			})
		})
	}
}

// markedRootfs has a file by which the inside can tell that it is there.
func markedRootfs(t *testing.T) string {
	t.Helper()
	root := nstest.Rootfs(t)
	write(t, filepath.Join(root, "marker"), "in the root file system\n", 0o644)
	return root
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
}

// shellProgram is the name of the file that sh is in this root file system.
func shellProgram(t *testing.T, root string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(filepath.Join(root, "usr/bin/sh"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(path)
}

func TestMainJobPS(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		out := mustRun(t, c.run(t, mainJob(root, "sh", "-c", "ps; true")...))
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if len(lines) != 3 || !strings.Contains(lines[1], "1") || !strings.Contains(lines[2], "ps") {
			t.Errorf("want a heading, the shell and ps itself, got:\n%s", out)
		}
		if strings.Contains(out, "nsrun") {
			t.Errorf("nsrun is seen inside:\n%s", out)
		}
	})
}

// The old root must be gone, not only covered: no line of mountinfo may be about it.
func TestNoTraceOfTheOldRoot(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		out := mustRun(t, c.run(t, mainJob(root, "cat", "/proc/self/mountinfo")...))
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if f := strings.Fields(lines[0]); f[4] != "/" || !strings.HasSuffix(root, f[3]) {
			t.Errorf("the first mount is not the root from %s: %s", root, lines[0])
		}
		for _, line := range lines[1:] {
			f := strings.Fields(line)
			top := strings.Split(f[4], "/")[1]
			if top != "proc" && top != "dev" && top != "sys" {
				t.Errorf("there is a mount that nobody asked for: %s", line)
			}
		}
	})
}

// Nothing that a run does is to be seen outside, while it runs and after it.
func TestHostUnchanged(t *testing.T) {
	look := func() string {
		t.Helper()
		text := ""
		for _, file := range []string{"/proc/self/mountinfo", "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname"} {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text += string(data)
		}
		return text
	}
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		before := look()
		args := append([]string{"--hostname=inside", "--domainname=inside"}, mainJob(root)...)
		nstest.SleeperCmd(t, c.nsrun(t, append(args, "env")...))
		if now := look(); now != before {
			t.Errorf("while the command runs:\n%s\nbefore:\n%s", now, before)
		}
		mustRun(t, c.run(t, append(args, "sh", "-c", "hostname inside2; mount -t tmpfs tmpfs /tmp")...))
		if now := look(); now != before {
			t.Errorf("afterwards:\n%s\nbefore:\n%s", now, before)
		}
	})
}

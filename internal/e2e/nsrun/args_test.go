//go:build linux

package nsrun_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// Arguments come to the command byte for byte.
func TestArguments(t *testing.T) {
	root := nstest.Rootfs(t)
	all := make([]byte, 255)
	for i := range all {
		all[i] = byte(i + 1)
	}
	for _, row := range []struct {
		name string
		args []string
	}{
		{"empty ones", []string{"", "", "x", ""}},
		{"not UTF-8", []string{"\xff\xfe\x80", "\xc3", "ü"}},
		{"every byte but NUL", []string{string(all)}},
		{"like options of the tool", []string{"--pid", "-u", "--help", "--", "-x", "--nothing"}},
		{"newlines and spaces", []string{" a\n\tb ", "\n"}},
		{"one of 128 KiB less one", []string{strings.Repeat("x", 128<<10-1)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				for way, options := range ways(root) {
					cmd := append(options, "sh", "-c", `for a; do printf '%s\000' "$a"; done`, "sh")
					got := mustRun(t, c.run(t, append(cmd, row.args...)...))
					if want := strings.Join(row.args, "\x00") + "\x00"; got != want {
						t.Errorf("%s: the command got %.200q, want %.200q", way, got, want)
					}
				}
			})
		})
	}
}

func TestDoubleDash(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		mustPrint(t, c.run(t, "--uts", "--", "echo", "--", "-u"), "-- -u\n")
		mustFail(t, c.run(t, "--uts", "--", "--pid"), 127, "execute --pid")
	})
}

// Two million bytes are what Linux allows with the usual stack limit of 8 MiB.
func TestTwoMiBOfArguments(t *testing.T) {
	root := nstest.Rootfs(t)
	args := make([]string, 18500)
	for i := range args {
		args[i] = strings.Repeat("x", 100)
	}
	for way, options := range ways(root) {
		eachCaller(t, func(t *testing.T, c caller) {
			cmd := append(options, "sh", "-c", `echo $#; for last; do :; done; echo ${#last}`, "sh")
			r := c.run(t, append(cmd, args...)...)
			if r.Code != 0 || r.Stdout != strconv.Itoa(len(args))+"\n100\n" {
				t.Errorf("%s: %+v", way, r)
			}
		})
	}
}

// The interpreter that a script names adds to the arguments, which had just fitted.
func TestTooManyArguments(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		dir := nstest.TempDir(t)
		script := filepath.Join(dir, "script")
		write(t, script, "#!/bin/true "+strings.Repeat("x", 200)+"\n", 0o755)
		fits := func(n int) bool {
			cmd := c.nsrun(t, append([]string{"--uts", script}, sized(n)...)...)
			if err := cmd.Start(); err != nil {
				return false
			}
			_ = cmd.Wait()
			return true
		}
		low, high := 1<<16, 8<<20
		for low+1 < high {
			if mid := (low + high) / 2; fits(mid) {
				low = mid
			} else {
				high = mid
			}
		}
		mustFail(t, c.run(t, append([]string{"--uts", script}, sized(low)...)...), 126,
			"execute "+script, "argument list too long", "hint: ")
		mustFail(t, c.run(t, append([]string{"--pid", script}, sized(low)...)...), 126, "argument list too long")
	})
}

// sized are arguments of n bytes together, with their NULs, as few as the limit of
// 128 KiB for one allows.
func sized(n int) []string {
	const most = 128<<10 - 1
	var args []string
	for ; n > most; n -= most + 1 {
		args = append(args, strings.Repeat("y", most))
	}
	return append(args, strings.Repeat("y", max(0, n-1)))
}

// What argv[0] is does not matter to the tool; argc 0 is made 1 by the kernel.
func TestArgv0(t *testing.T) {
	for _, name := range []string{"", "x", "nsexec", "-sh", "/", "\xff"} {
		t.Run(strconv.Quote(name), func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				for _, kind := range []string{"--uts", "--mnt", "-fu"} {
					cmd := c.nsrun(t, kind, "sh", "-c", "echo $0", "zero")
					cmd.Args[0] = name
					mustPrint(t, nstest.Exec(t, cmd), "zero\n")
				}
				cmd := c.nsrun(t, "--nothing")
				cmd.Args[0] = name
				mustFail(t, nstest.Exec(t, cmd), 125, "--nothing")
			})
		})
	}
}

func TestNoArgumentsAtAll(t *testing.T) {
	read, stdin, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin.Close()
	defer read.Close()
	var out bytes.Buffer
	p, err := os.StartProcess(nstest.Tool(t, "nsrun"), []string{}, &os.ProcAttr{
		Files: []*os.File{read, os.Stdout, os.Stderr},
		Env:   []string{"SHELL=/bin/true", "PATH=/nowhere"},
	})
	if err != nil {
		t.Fatal(err)
	}
	state, err := p.Wait()
	if err != nil || !state.Success() {
		t.Errorf("%v, %v, %q", state, err, out.String())
	}
}

// PATH is that of the command's environment, looked up in the new root.
func TestSearchPath(t *testing.T) {
	root := nstest.Rootfs(t)
	write(t, filepath.Join(root, "tmp/tool"), "#!/bin/sh\necho found\n", 0o755)
	write(t, filepath.Join(root, "root/tool"), "#!/bin/sh\necho wrong\n", 0o644)
	for _, row := range []struct {
		name, path string
		code       int
	}{
		{"a directory", "PATH=/tmp", 0},
		{"the second directory", "PATH=/nowhere:/tmp", 0},
		{"past a file that cannot be executed", "PATH=/root:/tmp", 0},
		{"past a file", "PATH=/etc/passwd:/tmp", 0},
		{"not the caller's directories", "PATH=" + filepath.Dir(root), 127},
		{"an empty PATH means the working directory", "PATH=", 0},
		{"an empty element too", "PATH=/nowhere:", 0},
		{"only one that cannot be executed", "PATH=/root", 126},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				cmd := c.nsrun(t, append([]string{"--wd=/tmp"}, mainJob(root, "tool")...)...)
				cmd.Env = append(cmd.Env, row.path)
				if r := nstest.Exec(t, cmd); row.code == 0 {
					mustPrint(t, r, "found\n")
				} else {
					mustFail(t, r, row.code, "execute tool")
				}
			})
		})
	}
}

//go:build linux

package nsjoin_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// shellRootfs has three shells, which say who they are.
func shellRootfs(t *testing.T) string {
	t.Helper()
	rootfs := nstest.Rootfs(t)
	for _, name := range []string{"one", "two"} {
		script := "#!/bin/busybox sh\necho " + name + " \"$0\" $#\n"
		ownFile(t, root, writeFile(t, script), rootfs+"/usr/bin/"+name, 0o755)
	}
	return rootfs
}

// setPasswd changes a file of a container that runs.
func setPasswd(t *testing.T, rootfs, text string) {
	t.Helper()
	if err := os.WriteFile(rootfs+"/etc/passwd", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const passwdTwo = "0:x:1:1:::/bin/one\nroot:x:00:0::/:/bin/one\nnobody:x:65534:65534::/:/bin/one\nroot:x:0:0:root:/root:/bin/two\n"

func TestTheShellWhenThereIsNoCommand(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs := shellRootfs(t)
		pid := strconv.Itoa(container(t, who, rootfs, ""))
		for _, row := range []struct {
			name, passwd, shell string
			want                string
		}{
			{"$SHELL", passwdTwo, "/bin/one", "one"},
			{"$SHELL is not there", passwdTwo, "/bin/zsh", "two"},
			{"$SHELL is no path", passwdTwo, "one", "two"},
			{"the shell of uid 0 in the target's passwd", passwdTwo, "", "two"},
			{"that one is not there", "root:x:0:0:::/bin/zsh\n", "", "sh"},
			{"uid 0 has no line", "nobody:x:65534:65534:::/bin/two\n", "", "sh"},
			{"an empty passwd", "", "", "sh"},
			{"no shell in the line", "root:x:0:0::/:\n", "", "sh"},
			{"a line that is no line", "root:x:0:0:/bin/one\n\x00\xff:::\nroot:x:0:0::/:/bin/two", "", "two"},
		} {
			t.Run(row.name, func(t *testing.T) {
				setPasswd(t, rootfs, row.passwd)
				if got := runShell(t, who, pid, row.shell); got != row.want {
					t.Errorf("got %q, want the shell %s", got, row.want)
				}
			})
		}
	})
}

// runShell starts a shell with nothing but a target, and returns which one it is. Busybox'
// sh is asked on its standard input: it does as the others do on their own.
func runShell(t *testing.T, who caller, pid, variable string) string {
	t.Helper()
	cmd := as(who, nstest.Tool(t, "nsjoin"), "-t", pid)
	if variable != "" {
		cmd.Env = append(cmd.Env, "SHELL="+variable)
	}
	cmd.Stdin = strings.NewReader("echo sh \"$0\" $#\n")
	fields := strings.Fields(well(t, nstest.Exec(t, cmd)))
	if len(fields) != 3 || fields[2] != "0" {
		t.Fatalf("got %q", fields)
	}
	// a script's $0 is its path, whatever argv[0] is
	if fields[0] == "sh" && fields[1] != "-sh" {
		t.Errorf("$0 is %q: no login shell", fields[1])
	}
	return fields[0]
}

func TestWithoutTheMountNamespaceTheShellIsTheCallers(t *testing.T) {
	root.require(t)
	target := plainContainer(t, root)
	cmd := as(root, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target), "-u")
	cmd.Env = append(cmd.Env, "SHELL=/bin/sh")
	cmd.Stdin = strings.NewReader("hostname; readlink /proc/self/ns/mnt\n")
	want := hostName + "\n" + namespace(t, os.Getpid(), "mnt")
	if got := well(t, nstest.Exec(t, cmd)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoShellAtAll(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		rootfs := nstest.Rootfs(t)
		pid := strconv.Itoa(container(t, who, rootfs, ""))
		if err := os.Remove(rootfs + "/usr/bin/sh"); err != nil {
			t.Fatal(err)
		}
		refused(t, join(t, who, "-t", pid), 127, "shell", "no command")
	})
}

// The hostile target once more, where Go has looked for a shell before.
func TestTrapsWhereNoCommandIsGiven(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		if got := runShell(t, who, strconv.Itoa(hostile(t, who)), ""); got != "sh" {
			t.Errorf("got the shell %q, want sh", got)
		}
	})
}

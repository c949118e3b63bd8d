//go:build linux

package idmap

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"
)

const runArg = "-idmap.run"

// showIDs is what a command in the user namespace prints about it.
const showIDs = `cat /proc/self/uid_map; echo; cat /proc/self/gid_map; echo; cat /proc/self/setgroups; id -u; id -g`

// The test binary is also a process that makes a user namespace with some
// options and prints what it looks like inside: a thread of a test cannot be
// another user.
func init() {
	if len(os.Args) > 2 && os.Args[1] == runArg {
		if err := runInside(os.Args[2]); err != nil {
			diag.Print(os.Stderr, "idmap", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// runInside maps what the options say; after "blindly" it is the range of the
// first --map-users, which nobody checks before Write does.
func runInside(line string) error {
	c := here()
	line, blindly := strings.CutPrefix(line, "blindly ")
	o, err := parse(line)
	if err != nil {
		return err
	}
	m := &Maps{}
	if blindly {
		m.UID = Map{o.Users[0].Range}
	} else if m, err = c.build(o); err != nil {
		return err
	}
	cmd := exec.Command("sh", "-c", "read go && "+showIDs)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER, Pdeathsig: unix.SIGKILL}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := Write(cmd.Process.Pid, m.UID, m.GID, m.Setgroups); err != nil {
		stdin.Close()
		cmd.Wait()
		return err
	}
	if _, err := io.WriteString(stdin, "go\n"); err != nil {
		return err
	}
	return cmd.Wait()
}

// ours is that process, for root; by makes it the user's, and under has another
// program execute it.
func ours(options string) *exec.Cmd { return exec.Command("/proc/self/exe", runArg, options) }

func under(t *testing.T, options string, program ...string) *exec.Cmd {
	t.Helper()
	const copied = "/tmp/run" // of this binary, where the user may be
	text, err := os.ReadFile("/proc/self/exe")
	fatal(t, err)
	fatal(t, os.WriteFile(copied, text, 0o755))
	args := append(program, copied, runArg, options)
	return exec.Command(args[0], args[1:]...)
}

func by(cmd *exec.Cmd, root bool) *exec.Cmd {
	if !root {
		nstest.AsUser(cmd)
	}
	return cmd
}

// realEtc are files of this machine, as the children of these tests see it.
var realEtc = files{
	"passwd":        fmt.Sprintf("root:x:0:0::/:/bin/sh\nnsk:x:%d:%d::/:/bin/sh\n", nstest.UserID, nstest.UserID),
	"subuid":        "root:300000:65536\nnsk:100000:65536\n",
	"subgid":        "root:400000:65536\nnsk:200000:65536\n",
	"nsswitch.conf": "passwd: files\n",
}

// etc covers files of /etc in this mount namespace, which the machine does not see.
func etc(t *testing.T, f files) {
	t.Helper()
	fatal(t, unix.Mount("tmpfs", "/tmp", "tmpfs", 0, "mode=755"))
	for name, text := range f {
		fatal(t, os.WriteFile("/tmp/"+name, []byte(text), 0o644))
		fatal(t, unix.Mount("/tmp/"+name, "/etc/"+name, "", unix.MS_BIND, ""))
	}
}

// program covers one of the programs by a file that prepare changes.
func program(t *testing.T, name string, prepare func(path string) error) {
	t.Helper()
	path := nstest.RequireCommand(t, name)
	text, err := os.ReadFile(path)
	fatal(t, err)
	fatal(t, os.Mkdir("/tmp/bin", 0o755))
	fatal(t, os.WriteFile("/tmp/bin/"+name, text, 0o755))
	fatal(t, prepare("/tmp/bin/"+name))
	fatal(t, unix.Mount("/tmp/bin/"+name, path, "", unix.MS_BIND, ""))
}

// inEtc runs fn in a child whose /etc is realEtc with some changes.
func inEtc(t *testing.T, change files, fn func(t *testing.T)) {
	t.Helper()
	nstest.RequireRoot(t)
	nstest.RequireUserNS(t)
	nstest.RequireCommand(t, "newuidmap")
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		etc(t, realEtc.with(change))
		fn(t)
	})
}

//go:build linux

package docs_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/caps"
)

// ofAlex are the pages whose plain user is alex, who has subordinate ids.
var ofAlex = []string{"../../../docs/rootless.md", "../../../docs/privileges.md"}

// alexID is the uid and gid of alex: the columns of an id map are as wide as its numbers.
const alexID = 1000

func TestPagesOfAlexInTheLab(t *testing.T) {
	inPagesOfAlex(t, "# ", func(bin, commands string) *exec.Cmd {
		return exec.Command(bin+"/nsrun", "--pid", "--mnt", "bash", "-c", "exec 2>&1\nmount -t tmpfs lab /mnt\n"+commands)
	})
}

func TestPagesOfAlexAsAlex(t *testing.T) {
	inPagesOfAlex(t, "$ ", func(_, commands string) *exec.Cmd {
		cmd := exec.Command("bash", "-c", "exec 2>&1\n"+commands)
		groups := []uint32{100}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: alexID, Gid: alexID, Groups: groups}}
		return cmd
	})
}

// inPagesOfAlex compares what the commands that follow a prompt print, in a shell that start makes.
func inPagesOfAlex(t *testing.T, prompt string, start func(bin, commands string) *exec.Cmd) {
	nstest.RequireRoot(t)
	nstest.RequireUserNS(t)
	for _, name := range []string{"newuidmap", "newgidmap", "ip", "pgrep", "unshare"} {
		nstest.RequireCommand(t, name)
	}
	bin := requireTools(t)
	for _, path := range ofAlex {
		t.Run(filepath.Base(path), func(t *testing.T) {
			page := examples(t, path, prompt)
			nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
				makeAlex(t)
				cmd := start(bin, script(page))
				prepare(t, cmd, bin)
				if cmd.SysProcAttr != nil {
					chown(t, cmd.Dir, alexID)
				}
				output, _ := cmd.Output() // as in the other lab: not nstest.Exec
				compare(t, path, page, allCapabilities(t, string(output)))
			})
		})
	}
}

// makeAlex covers files of /etc in this mount namespace, which the machine does not see.
func makeAlex(t *testing.T) {
	t.Helper()
	const dir = "/mnt"
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"passwd": "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nalex:x:1000:1000::/:/bin/sh\n",
		"group":  "root:x:0:\nusers:x:100:alex\nalex:x:1000:\nnogroup:x:65534:\n",
		"subuid": "alex:100000:65536\n",
		"subgid": "alex:100000:65536\n",
	} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := unix.Mount(dir+"/"+name, "/etc/"+name, "", unix.MS_BIND, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// allCapabilities shows what root of this machine has, and what this kernel has, as the pages do: as a root
// with all capabilities of Linux 5.9 and later.
func allCapabilities(t *testing.T, text string) string {
	t.Helper()
	now, err := caps.Current()
	if err != nil {
		t.Fatal(err)
	}
	const all = "000001ffffffffff"
	return strings.NewReplacer(hex(now.Permitted), all, hex(caps.All()), all).Replace(text)
}

// hex is a set as /proc/PID/status has it.
func hex(s caps.Set) string { return fmt.Sprintf("%016x", uint64(s)) }

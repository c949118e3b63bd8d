//go:build linux

package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

const mounts = "../../../docs/mounts.md"

// lab is what the page has its reader type before the examples.
const lab = "mount --make-rshared /\nmount -t tmpfs lab /mnt\n"

func TestMountsInTheLab(t *testing.T) {
	nstest.RequireRoot(t)
	bin := requireTools(t)
	page := examples(t, mounts, "# ")
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		cmd := exec.Command(bin+"/nsrun", "--pid", "--mnt", "bash", "-c", "exec 2>&1\n"+lab+script(page))
		prepare(t, cmd, bin)
		// Not nstest.Exec: the examples wait, and may take longer on a slow machine. The status
		// is that of the last example, and says nothing.
		output, _ := cmd.Output()
		compare(t, mounts, page, string(output))
	})
}

func TestMountsOfAPlainUser(t *testing.T) {
	nstest.RequireUserNS(t)
	bin := requireTools(t)
	page := examples(t, mounts, "$ ")
	cmd := exec.Command("bash", "-c", "exec 2>&1\n"+script(page))
	prepare(t, cmd, bin)
	if os.Geteuid() == 0 {
		nstest.AsUser(cmd)
		chown(t, cmd.Dir, nstest.UserID)
	}
	compare(t, mounts, page, nstest.Exec(t, cmd).Stdout)
}

// requireTools returns the directory that the tools are in.
func requireTools(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"bash", "busybox", "findmnt", "setpriv", "mkfs.ext4"} {
		nstest.RequireCommand(t, name)
	}
	for _, name := range []string{"nsjoin", "nsumount"} {
		nstest.Tool(t, name)
	}
	return filepath.Dir(nstest.Tool(t, "nsrun"))
}

// prepare gives the examples a ./rootfs, and the tools in PATH.
func prepare(t *testing.T, cmd *exec.Cmd, bin string) {
	t.Helper()
	cmd.Dir = filepath.Dir(nstest.Rootfs(t))
	cmd.Env = []string{"PATH=" + bin + ":/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
}

// chown gives a directory, and all in it, to a user.
func chown(t *testing.T, dir string, id int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, id, id)
	})
	if err != nil {
		t.Fatal(err)
	}
}

//go:build linux

package identity_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// etc are the files of the machine that say who there is, as these tests see them.
var etc = map[string]string{
	"passwd":        "root:x:0:0::/:/bin/sh\nnsk:x:54321:54321::/:/bin/sh\npoor:x:2000:2000::/:/bin/sh\n",
	"group":         "root:x:0:\nnsk:x:54321:\npoor:x:2000:\nstaff:x:50:nsk\n",
	"subuid":        "root:300000:65536\nnsk:100000:65536\n",
	"subgid":        "root:400000:65536\nnsk:200000:65536\n",
	"nsswitch.conf": "passwd: files\n",
}

// onHost runs fn in a mount namespace in which /mnt is a tmpfs and /etc is as above.
func onHost(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	nstest.RequireRoot(t)
	nstest.RequireUserNS(t)
	nstest.RequireCommand(t, "newuidmap")
	nstest.RequireCommand(t, "newgidmap")
	nstest.Tool(t, "nsrun") // built here, and not in the child
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		fatal(t, unix.Mount("tmpfs", "/mnt", "tmpfs", 0, "mode=755"))
		mkdir(t, "/mnt/etc")
		for name, text := range etc {
			write(t, "/mnt/etc/"+name, text)
			fatal(t, unix.Mount("/mnt/etc/"+name, "/etc/"+name, "", unix.MS_BIND, ""))
		}
		fn(t)
	})
}

// changed has one of the files of /etc say something else for the rest of a test.
func changed(t *testing.T, name, text string) {
	t.Helper()
	write(t, "/mnt/etc/"+name, text)
	t.Cleanup(func() { write(t, "/mnt/etc/"+name, etc[name]) })
}

// covered has a file be seen at the path of a program for the rest of a test.
func covered(t *testing.T, program, by string) {
	t.Helper()
	path := nstest.RequireCommand(t, program)
	fatal(t, unix.Mount(by, path, "", unix.MS_BIND, ""))
	t.Cleanup(func() { fatal(t, unix.Unmount(path, unix.MNT_DETACH)) })
}

// copyOf is a copy of a program of the machine with another mode.
func copyOf(t *testing.T, program, to string, mode os.FileMode) string {
	t.Helper()
	text, err := os.ReadFile(nstest.RequireCommand(t, program))
	fatal(t, err)
	fatal(t, os.WriteFile(to, text, 0o755))
	fatal(t, os.Chmod(to, mode))
	return to
}

// rootfs makes a root file system whose files all belong to these ids. Without the hundreds of
// links that a busybox has it is quickly made.
func rootfs(t *testing.T, name string, uid, gid int) string {
	t.Helper()
	const tools = " sh cat ls id stat touch rm mkdir grep sleep tr true "
	path := nstest.Rootfs(t)
	entries, err := os.ReadDir(path + "/usr/bin")
	fatal(t, err)
	for _, e := range entries {
		if e.Type() == os.ModeSymlink && !strings.Contains(tools, " "+e.Name()+" ") {
			fatal(t, os.Remove(filepath.Join(path, "usr/bin", e.Name())))
		}
	}
	to := "/mnt/" + name
	r := nstest.Exec(t, root.command("cp", "-a", path, to))
	if r.Code != 0 {
		t.Fatal(r.Stderr)
	}
	chownAll(t, to, uid, gid)
	return to
}

func chownAll(t *testing.T, top string, uid, gid int) {
	t.Helper()
	fatal(t, filepath.WalkDir(top, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	}))
}

// mkdir makes a directory that everybody may change.
func mkdir(t *testing.T, path string) string {
	t.Helper()
	fatal(t, os.MkdirAll(path, 0o755))
	fatal(t, os.Chmod(path, 0o777))
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	fatal(t, os.WriteFile(path, []byte(text), 0o644))
}

// owned is write for a file that belongs to these ids.
func owned(t *testing.T, path, text string, uid, gid int) {
	t.Helper()
	write(t, path, text)
	fatal(t, os.Chown(path, uid, gid))
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

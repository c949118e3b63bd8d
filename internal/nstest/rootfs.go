//go:build linux

package nstest

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Rootfs returns a fresh small root file system, the test's own to change. It is made by
// hack/mkrootfs once in each test binary, and copied. It has sh, cat, ls, id, ps, mount,
// hostname, readlink, sleep, true, echo, test and more. Every user can read it.
func Rootfs(t testing.TB) string {
	t.Helper()
	requireMain(t)
	dir := TempDir(t)
	root := filepath.Join(dir, "rootfs")
	from := filepath.Join(sharedDir, "rootfs")
	if !makeSharedRootfs(t, from) {
		mkrootfs(t, root)
		return root
	}
	// A few MB: hard links would be faster, but then a test that writes to a file of
	// its own would change that of all.
	if output, err := exec.Command("cp", "-a", from, root).CombinedOutput(); err != nil {
		t.Fatalf("copy the root file system: %v\n%s", err, output)
	}
	return root
}

// makeSharedRootfs makes dir unless it is there. It is false for a child that runs as
// the unprivileged user, who cannot write there, and whose files would not be root's.
func makeSharedRootfs(t testing.TB, dir string) bool {
	t.Helper()
	unlock := lock(t, filepath.Dir(dir))
	defer unlock()
	if _, err := os.Stat(dir); err == nil {
		return true
	}
	if unix.Access(filepath.Dir(dir), unix.W_OK) != nil {
		return false
	}
	mkrootfs(t, dir)
	return true
}

func mkrootfs(t testing.TB, dir string) {
	t.Helper()
	script := filepath.Join(moduleRoot(t), "hack", "mkrootfs")
	if output, err := exec.Command(script, dir).CombinedOutput(); err != nil {
		t.Fatalf("hack/mkrootfs: %v\n%s", err, output)
	}
}

// copyShared copies an executable to a path that exists complete or not at all.
func copyShared(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), "copy")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) // fails after the rename, as it should
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Chmod(0o755)
	}
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

//go:build linux

package mounts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func mkdir(t *testing.T, path ...string) string {
	t.Helper()
	dir := filepath.Join(path...)
	fatal(t, os.MkdirAll(dir, 0o755))
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	fatal(t, os.WriteFile(path, []byte(text), 0o644))
}

func mountAt(t *testing.T, fstype, path, data string) {
	t.Helper()
	fatal(t, os.MkdirAll(path, 0o755))
	fatal(t, unix.Mount(fstype, path, fstype, 0, data))
}

// bindOnto makes a directory a mount point by a bind mount of itself.
func bindOnto(t *testing.T, path string, flags uintptr) {
	t.Helper()
	fatal(t, unix.Mount(path, path, "", unix.MS_BIND, ""))
	t.Cleanup(func() { fatal(t, unix.Unmount(path, unix.MNT_DETACH)) })
	if flags != 0 {
		fatal(t, unix.Mount("", path, "", unix.MS_BIND|unix.MS_REMOUNT|flags, ""))
	}
}

// shell runs a command of the host.
func shell(t *testing.T, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-ec", script)
	cmd.Env = append(os.Environ(), searchPath)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, output)
	}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

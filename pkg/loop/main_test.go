//go:build linux

package loop

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nskit.dev/nskit/internal/nstest"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// bothWays runs fn with LOOP_CONFIGURE and without it, as root.
func bothWays(t *testing.T, fn func(t *testing.T)) {
	nstest.RequireRoot(t)
	for name, old := range map[string]bool{"new call": false, "old calls": true} {
		t.Run(name, func(t *testing.T) {
			forceOldAPI = old
			defer func() { forceOldAPI = false }()
			fn(t)
		})
	}
}

// image makes a file of 16 KiB: four pages full of 1, 2, 3, 4.
func image(t *testing.T, path string) string {
	t.Helper()
	text := make([]byte, 4*4096)
	for i := range text {
		text[i] = byte(i/4096 + 1)
	}
	fatal(t, os.WriteFile(path, text, 0o600))
	return path
}

func open(t *testing.T, path string, flags int) int {
	t.Helper()
	fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
	fatal(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// sysfs is an attribute of a loop device, "" when the device has no file.
func sysfs(device, name string) string {
	text, _ := os.ReadFile("/sys/block/" + strings.TrimPrefix(device, "/dev/") + "/" + name)
	return strings.TrimSpace(string(text))
}

// attached lists the loop devices of files whose path begins with prefix.
func attached(prefix string) []string {
	var found []string
	files, _ := filepath.Glob("/sys/block/loop*/loop/backing_file")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(text), prefix) {
			found = append(found, "/dev/"+strings.Split(file, "/")[3])
		}
	}
	return found
}

// wantGone waits for the kernel, and udev, to let go of the devices of such files.
func wantGone(t *testing.T, prefix string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		left := attached(prefix)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still attached: %v", left)
		}
	}
}

// removeNew has the devices removed at the end of the test that it makes the kernel add.
func removeNew(t *testing.T) {
	t.Helper()
	before := devices()
	t.Cleanup(func() {
		control, err := openControl()
		fatal(t, err)
		defer unix.Close(control)
		for name := range devices() {
			if number, err := strconv.Atoi(strings.TrimPrefix(name, "loop")); err == nil && !before[name] {
				_ = unix.IoctlSetInt(control, unix.LOOP_CTL_REMOVE, number) // EBUSY: another program's
			}
		}
	})
}

func devices() map[string]bool {
	found := map[string]bool{}
	paths, _ := filepath.Glob("/sys/block/loop*")
	for _, path := range paths {
		found[filepath.Base(path)] = true
	}
	return found
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

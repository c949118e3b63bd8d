//go:build linux

package mount

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// mountImage mounts it on target, and leaves the device to the mount.
func mountImage(t *testing.T, i Image, target string) (FS, error) {
	t.Helper()
	fs, device, err := i.FS()
	if err != nil {
		return fs, err
	}
	defer device.Close()
	return fs, fs.Mount(target)
}

// wantDetached waits until no loop device has a file whose path begins with prefix.
func wantDetached(t *testing.T, prefix string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		left := ""
		files, _ := filepath.Glob("/sys/block/loop*/loop/backing_file")
		for _, file := range files {
			if text, _ := os.ReadFile(file); strings.HasPrefix(string(text), prefix) {
				left = file
			}
		}
		if left == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("a file of %s is still attached: %s", prefix, left)
		}
	}
}

func hintOf(err error) string {
	var e *diag.Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

func TestImagesMountAndGoWithTheMount(t *testing.T) {
	nstest.RequireRoot(t)
	requireMakers(t)
	for _, m := range makers {
		for _, readOnly := range []bool{false, true} {
			name := map[bool]string{false: "", true: " read-only"}[readOnly]
			t.Run(m.name+name, func(t *testing.T) {
				nstest.InChild(t, places[0].child, func(t *testing.T) {
					dir := workdir(t)
					path := makeImage(t, dir, m.name)
					target := mkdir(t, dir, "target")
					fs, err := mountImage(t, Image{Path: path, ReadOnly: readOnly, Flags: unix.MS_NODEV}, target)
					fatal(t, err)
					never := m.name == "squashfs" || m.name == "erofs"
					want := "rw,nodev"
					if readOnly || never {
						want = "ro,nodev"
					}
					if got, _ := entry(t, target); fs.Type != m.fstype || !strings.HasPrefix(got, want) || !exists(target+"/hello") {
						t.Errorf("%s: mounted with %s", fs.Call(target), got)
					}
					if writable := os.WriteFile(target+"/new", nil, 0o600) == nil; writable == (readOnly || never) {
						t.Errorf("writable: %v", writable)
					}
					fatal(t, Unmount(target, NoFollow))
					wantDetached(t, path)
				})
			})
		}
	}
}

// The process that has made the mount need not unmount it.
func TestAnImageGoesWithTheMountNamespace(t *testing.T) {
	nstest.RequireRoot(t)
	requireMakers(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		_, err := mountImage(t, Image{Path: makeImage(t, t.TempDir(), "ext4"), Type: "auto"}, "/mnt")
		fatal(t, err)
	})
	wantDetached(t, os.TempDir()) // here the process has ended
}

func TestAnImageThatCannotBeWrittenIsReadOnly(t *testing.T) {
	nstest.RequireRoot(t)
	requireMakers(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		dir := workdir(t)
		path := makeImage(t, dir, "ext4")
		target := mkdir(t, dir, "target")
		fatal(t, Restrict(openPath(t, dir), unix.MOUNT_ATTR_RDONLY))
		fs, err := mountImage(t, Image{Path: path}, target)
		fatal(t, err)
		if got, _ := entry(t, target); fs.Flags != unix.MS_RDONLY || !strings.HasPrefix(got, "ro") {
			t.Errorf("%v: mounted with %s", fs, got)
		}
	})
}

func TestAnImageIsNotMountedTwiceAndWritten(t *testing.T) {
	nstest.RequireRoot(t)
	requireMakers(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		dir := workdir(t)
		path := makeImage(t, dir, "ext4")
		a, b := mkdir(t, dir, "a"), mkdir(t, dir, "b")
		for _, row := range []struct {
			why           string
			first, second bool // read-only
			refused       string
		}{
			{"both write", false, false, "LOCK_EX|LOCK_NB"},
			{"the second reads", false, true, "LOCK_SH|LOCK_NB"},
			{"the second writes", true, false, "LOCK_EX|LOCK_NB"},
			{"both read", true, true, ""},
		} {
			_, err := mountImage(t, Image{Path: path, ReadOnly: row.first}, a)
			fatal(t, err)
			second := Image{Path: path}
			if row.second {
				second.Flags = unix.MS_RDONLY
			}
			_, err = mountImage(t, second, b)
			if row.refused == "" {
				fatal(t, err)
				fatal(t, Unmount(b, NoFollow))
			} else if !errors.Is(err, unix.EWOULDBLOCK) || !strings.Contains(err.Error(), row.refused) ||
				!strings.Contains(hintOf(err), "another program uses the image") {
				t.Errorf("%s: got %v", row.why, err)
			}
			fatal(t, Unmount(a, NoFollow))
			wantDetached(t, path)
		}
	})
}

func TestImageSaysWhatAFileIsInstead(t *testing.T) {
	dir := t.TempDir()
	fatal(t, unix.Mkfifo(dir+"/fifo", 0o600))
	fatal(t, os.WriteFile(dir+"/zip\x1b", []byte("PK\x03\x04"), 0o600))
	fatal(t, os.WriteFile(dir+"/zeros", make([]byte, 8192), 0o600))
	const none = " has none of the file systems that can be told apart (ext4, xfs, squashfs, erofs)"
	for path, want := range map[string]string{
		dir + "/zip\x1b": `the image "` + dir + `/zip\x1b"` + none + ": it is a zip archive",
		dir + "/zeros":   "the image " + dir + "/zeros" + none,
		dir:              "the image " + dir + " is a directory, not a regular file",
		dir + "/fifo":    "the image " + dir + "/fifo is a FIFO or pipe, not a regular file",
	} {
		for _, readOnly := range []bool{false, true} {
			_, _, err := Image{Path: path, ReadOnly: readOnly}.FS()
			if !diag.IsUsage(err) || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
	_, _, err := Image{Path: dir + "/missing"}.FS()
	want := `open("` + dir + `/missing", O_RDWR|O_CLOEXEC|O_NONBLOCK|O_NOCTTY): no such file or directory (ENOENT)`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

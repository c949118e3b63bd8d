//go:build linux

package mount

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// inImageDir runs fn as root in an empty directory with a directory target in it.
func inImageDir(t *testing.T, fn func(t *testing.T, dir, target string)) {
	nstest.RequireRoot(t)
	requireMakers(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		dir := workdir(t)
		fn(t, dir, mkdir(t, dir, "target"))
	})
}

// wantHint mounts the image, and wants the errno and the hint for it.
func wantHint(t *testing.T, i Image, target string, errno unix.Errno, hint string) {
	t.Helper()
	fs, err := mountImage(t, i, target)
	if !errors.Is(err, errno) {
		t.Errorf("got %v, want %v", err, errno)
	}
	if got := HintImage(fs.Type, diag.Errno(err)); !strings.Contains(got, hint) {
		t.Errorf("%v: the hint is %q, want %q", err, got, hint)
	}
}

// copyMounted copies an image while it is mounted and written to: as after a crash.
func copyMounted(t *testing.T, path, target string) string {
	t.Helper()
	_, err := mountImage(t, Image{Path: path}, target)
	fatal(t, err)
	write(t, target+"/new")
	fd := openFile(t, target)
	fatal(t, unix.Syncfs(fd))
	unix.Close(fd)
	if output, err := exec.Command("cp", path, path+" crashed").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	fatal(t, Unmount(target, NoFollow))
	wantDetached(t, path)
	return path + " crashed"
}

func TestAJournalThatCannotBeReplayed(t *testing.T) {
	for name, option := range map[string]string{"ext4": "noload", "xfs": "norecovery"} {
		t.Run(name, func(t *testing.T) {
			inImageDir(t, func(t *testing.T, dir, target string) {
				path := copyMounted(t, makeImage(t, dir, name), target)
				wantHint(t, Image{Path: path, ReadOnly: true}, target, unix.EROFS, "the option "+option)
				_, err := mountImage(t, Image{Path: path, ReadOnly: true, Data: option}, target)
				fatal(t, err)
				if !exists(target + "/hello") {
					t.Error("no file in it")
				}
			})
		})
	}
}

func TestTwoXFSWithTheSameUUID(t *testing.T) {
	inImageDir(t, func(t *testing.T, dir, target string) {
		path := makeImage(t, dir, "xfs")
		_, err := mountImage(t, Image{Path: path, ReadOnly: true}, mkdir(t, dir, "first"))
		fatal(t, err)
		second := Image{Path: path, ReadOnly: true}
		wantHint(t, second, target, unix.EINVAL, "give the option nouuid")
		second.Data = "nouuid"
		_, err = mountImage(t, second, target)
		fatal(t, err)
	})
}

func TestDamagedImages(t *testing.T) {
	for _, row := range []struct {
		name, damage string
		errno        unix.Errno
		hint         string
	}{
		{"ext4", `truncate -s 64k`, unix.EINVAL, "damaged or cut off"},
		{"ext4", `f() { dd if=/dev/zero of="$1" bs=1024 seek=2 count=1 conv=notrunc; }; f`, unix.EUCLEAN, "e2fsck -f"},
		{"squashfs", `truncate -s 100`, unix.EIO, "the file cut off: make it anew"},
		{"erofs", `f() { dd if=/dev/zero of="$1" bs=1 seek=1040 count=64 conv=notrunc; }; f`, unix.EBADMSG, "damaged, or the file cut off: make it anew"},
	} {
		t.Run(row.name+" "+unix.ErrnoName(row.errno), func(t *testing.T) {
			inImageDir(t, func(t *testing.T, dir, target string) {
				path := makeImage(t, dir, row.name)
				if output, err := exec.Command("sh", "-c", row.damage+` "$1"`, "sh", path).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, output)
				}
				wantHint(t, Image{Path: path}, target, row.errno, row.hint)
				wantDetached(t, path)
			})
		})
	}
}

func TestAnImageOfAnotherType(t *testing.T) {
	inImageDir(t, func(t *testing.T, dir, target string) {
		path := makeImage(t, dir, "ext4")
		wantHint(t, Image{Path: path, Type: "nosuchfs"}, target, unix.ENODEV, "`modprobe nosuchfs`")
		wantHint(t, Image{Path: path, Type: "erofs"}, target, unix.EINVAL, "no erofs file system")
		wantHint(t, Image{Path: path, Data: "nosuchoption"}, target, unix.EINVAL, "an option is unknown")
	})
}

func TestOtherErrorsOfAnImageHaveNoHint(t *testing.T) {
	for _, errno := range []unix.Errno{0, unix.EACCES, unix.ENOENT, unix.ENOMEM, unix.EBUSY} {
		if hint := HintImage("ext4", errno); hint != "" {
			t.Errorf("%v: the hint is %q", errno, hint)
		}
	}
	if hint := HintImage("squashfs", unix.EROFS); hint != "" {
		t.Errorf("a file system without journal: the hint is %q", hint)
	}
}

func TestImagesAreForRootOfTheMachine(t *testing.T) {
	nstest.RequireRoot(t)
	requireMakers(t)
	t.Run(places[1].name, func(t *testing.T) {
		nstest.InChild(t, places[1].child, func(t *testing.T) {
			path := makeImage(t, t.TempDir(), "ext4")
			_, _, err := Image{Path: path}.FS()
			if !errors.Is(err, unix.EACCES) || !strings.Contains(hintOf(err), "only root of the machine") {
				t.Errorf("got %v, hint %q", err, hintOf(err))
			}
		})
	})
	// The device nodes may still be this root's, the mount is not.
	t.Run("as root of a user namespace", func(t *testing.T) {
		nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWUSER, MapAll: true}, func(t *testing.T) {
			dir := t.TempDir()
			wantHint(t, Image{Path: makeImage(t, dir, "ext4")}, mkdir(t, dir, "target"), unix.EPERM, "only root of the machine")
		})
	})
}

func TestAnImageOfAnotherUserIsReadOnly(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, nstest.Child{User: true}, func(t *testing.T) {
		fd, readOnly, err := Image{Path: "/etc/passwd"}.open()
		fatal(t, err)
		defer unix.Close(fd)
		if !readOnly {
			t.Error("writable")
		}
		if _, err := os.Stat("/etc/shadow"); err != nil {
			return
		}
		if _, _, err = (Image{Path: "/etc/shadow"}).open(); !errors.Is(err, unix.EACCES) || !strings.Contains(err.Error(), "O_RDONLY|") {
			t.Errorf("a file that cannot be read: %v", err)
		}
	})
}

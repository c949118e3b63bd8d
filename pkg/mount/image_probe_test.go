//go:build linux

package mount

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// makers are commands that make a file system with a file "hello" of the directory $1 in
// the file $2, and the type that they are to be found to be.
var makers = []struct{ name, command, fstype string }{
	{"ext2", `truncate -s 1M "$2" && mke2fs -q -t ext2 -d "$1" "$2"`, "ext4"},
	{"ext3", `truncate -s 8M "$2" && mke2fs -q -t ext3 -d "$1" "$2"`, "ext4"},
	{"ext4", `truncate -s 8M "$2" && mke2fs -q -t ext4 -d "$1" "$2"`, "ext4"},
	{"xfs", `truncate -s 300M "$2" && printf '/\n0 0\nd--755 0 0\nhello ---644 0 0 %s\n$\n' "$1/hello" >"$2.proto" && mkfs.xfs -q -p "$2.proto" "$2" && rm "$2.proto"`, "xfs"},
	{"squashfs", `mksquashfs "$1" "$2" -quiet -no-progress`, "squashfs"},
	{"erofs", `mkfs.erofs "$2" "$1"`, "erofs"},
}

// makeImage makes the file system of that name, with a file hello in it.
func makeImage(t *testing.T, dir, name string) string {
	t.Helper()
	source, path := mkdir(t, dir, "source"), dir+"/"+name+" image"
	write(t, source+"/hello")
	for _, m := range makers {
		if m.name != name {
			continue
		}
		cmd := exec.Command("sh", "-c", m.command, "sh", source, path)
		cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", m.command, err, output)
		}
		return path
	}
	t.Fatalf("no maker of %s", name)
	return ""
}

func requireMakers(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"mke2fs", "mkfs.xfs", "mksquashfs", "mkfs.erofs"} {
		nstest.RequireCommand(t, tool)
	}
}

func openFile(t *testing.T, path string) int {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	fatal(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func TestProbeImageKnowsWhatMkfsMakes(t *testing.T) {
	requireMakers(t)
	dir := t.TempDir()
	for _, m := range makers {
		fd := openFile(t, makeImage(t, dir, m.name))
		_, err := unix.Seek(fd, 77, unix.SEEK_SET)
		fatal(t, err)
		if got, err := ProbeImage(fd); got != m.fstype || err != nil {
			t.Errorf("%s is %q, %v", m.name, got, err)
		}
		if at, _ := unix.Seek(fd, 0, unix.SEEK_CUR); at != 77 {
			t.Errorf("%s: the position is %d", m.name, at)
		}
	}
}

// at is a file that has text at an offset, and zeros elsewhere.
func at(t *testing.T, offset int, text string, size int) int {
	t.Helper()
	content := make([]byte, max(size, offset+len(text)))
	copy(content[offset:], text)
	path := t.TempDir() + "/file"
	fatal(t, os.WriteFile(path, content, 0o600))
	return openFile(t, path)
}

func TestOtherFilesAreDescribed(t *testing.T) {
	for _, row := range []struct {
		offset    int
		text      string
		size      int
		describes string
	}{
		{0, "", 0, "empty"},
		{0, "", 4096, ""},
		{0, "text", 0, ""},
		{0, "\x1f\x8b\x08", 0, "a gzip archive"},
		{0, "\x1f", 0, ""}, // shorter than the number
		{0, "BZh9", 0, "a bzip2 archive"},
		{0, "\xfd7zXZ\x00", 4096, "an xz archive"},
		{0, "\x28\xb5\x2f\xfd", 4096, "a zstd archive"},
		{0, "PK\x03\x04", 4096, "a zip archive"},
		{257, "ustar\x0000", 512, "a tar archive"},
		{257, "ustar  \x00", 512, "a tar archive"},
		{0, "QFI\xfb\x00\x00\x00\x03", 4096, "a qcow2 disk image"},
		{0, "KDMV", 512, "a VMDK disk image"},
		{0, "vhdxfile", 512, "a VHDX disk image"},
		{0, "LUKS\xba\xbe\x00\x02", 4096, "an encrypted disk (LUKS)"},
		{0, "\x7fELF\x02\x01", 64, "an ELF program"},
		{0, "#!/bin/sh\n", 0, "a script"},
		{510, "\x55\xaa", 4096, "a disk with a partition table"},
		{512, "EFI PART", 4096, "a disk with a partition table"},
		{1024 + 0x38, "\x53\xef", 4096, ""}, // ext4's number alone, without inodes
		{1024 + 0x38, "\x53\xef", 0, ""},
	} {
		fd := at(t, row.offset, row.text, row.size)
		if got := DescribeFile(fd); got != row.describes {
			t.Errorf("%q at %d is %q, want %q", row.text, row.offset, got, row.describes)
		}
		if got, err := ProbeImage(fd); got != "" || err != nil {
			t.Errorf("%q at %d is the file system %q, %v", row.text, row.offset, got, err)
		}
	}
}

func TestRealFilesAreDescribed(t *testing.T) {
	if got := DescribeFile(openFile(t, "/proc/self/exe")); got != "an ELF program" {
		t.Errorf("the test binary is %q", got)
	}
	dir := t.TempDir()
	for _, row := range []struct{ command, describes string }{
		{`tar -cf "$1" -C / proc/version`, "a tar archive"},
		{`tar -czf "$1" -C / proc/version`, "a gzip archive"},
	} {
		nstest.RequireCommand(t, "tar")
		if output, err := exec.Command("sh", "-c", row.command, "sh", dir+"/file").CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", row.command, err, output)
		}
		if got := DescribeFile(openFile(t, dir+"/file")); got != row.describes {
			t.Errorf("%s makes %q", row.command, got)
		}
	}
}

func TestOnlyRegularFilesAreProbed(t *testing.T) {
	dir := t.TempDir()
	fatal(t, unix.Mkfifo(dir+"/fifo", 0o600))
	for path, want := range map[string]string{
		dir:           "the image is a directory, not a regular file",
		dir + "/fifo": "the image is a FIFO or pipe, not a regular file",
		"/dev/zero":   "the image is a character device, not a regular file",
	} {
		fd := openFile(t, path)
		if fstype, err := ProbeImage(fd); fstype != "" || !diag.IsUsage(err) || err.Error() != want {
			t.Errorf("%s: got %q, %v", path, fstype, err)
		}
		if got := DescribeFile(fd); got != "" {
			t.Errorf("%s is described as %q", path, got)
		}
	}
	if _, err := ProbeImage(openPath(t, "/proc/self/exe")); err == nil || !strings.HasPrefix(err.Error(), "pread(") {
		t.Errorf("a descriptor that cannot be read: %v", err)
	}
}

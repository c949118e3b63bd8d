//go:build linux

package mount

import (
	"encoding/binary"
	"errors"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// magic is a number at a fixed place of a file, as the bytes that stand there.
type magic struct {
	offset int
	bytes  string
	means  string
}

// headSize is enough for all places below.
const headSize = 2048

// The order matters for ext4, whose 16 bits may be anything in a file of another kind.
// ext2 and ext3 have the same number. They are mounted as ext4 too, whose driver
// knows them; their own drivers are gone from most kernels (ext3 since Linux 4.3).
var fileSystems = []magic{
	{0, "hsqs", "squashfs"},             // SQUASHFS_MAGIC, linux/magic.h
	{0, "XFSB", "xfs"},                  // XFS_SB_MAGIC, fs/xfs/libxfs/xfs_format.h
	{1024, "\xe2\xe1\xf5\xe0", "erofs"}, // EROFS_SUPER_MAGIC_V1 at EROFS_SUPER_OFFSET
	{1024 + 0x38, "\x53\xef", "ext4"},   // EXT4_SUPER_MAGIC, s_magic of the superblock
}

var otherFiles = []magic{
	{0, "\x1f\x8b", "a gzip archive"},
	{0, "BZh", "a bzip2 archive"},
	{0, "\xfd7zXZ\x00", "an xz archive"},
	{0, "\x28\xb5\x2f\xfd", "a zstd archive"},
	{0, "PK\x03\x04", "a zip archive"},
	{257, "ustar", "a tar archive"},
	{0, "QFI\xfb", "a qcow2 disk image"},
	{0, "KDMV", "a VMDK disk image"},
	{0, "vhdxfile", "a VHDX disk image"},
	{0, "LUKS\xba\xbe", "an encrypted disk (LUKS)"},
	{0, "\x7fELF", "an ELF program"},
	{0, "#!", "a script"},
	{512, "EFI PART", "a disk with a partition table"},
	{510, "\x55\xaa", "a disk with a partition table"}, // also the boot sector of FAT
}

// ProbeImage is the type of the file system in the regular file that fd is open on for
// reading, by the magic number of its superblock: ext4 (for ext2 and ext3 too), xfs,
// squashfs, erofs; "" when it is none of these. The position of fd stays as it is.
//
// It says what the file claims to be, and nothing about whether it is intact.
func ProbeImage(fd int) (fstype string, err error) {
	if kind := irregular(fd); kind != "" {
		return "", diag.Usage("the image is %s, not a regular file", kind)
	}
	head, err := readHead(fd)
	if err != nil {
		return "", err
	}
	fstype = match(head, fileSystems)
	if fstype == "ext4" && !plausibleExt(head[1024:]) {
		return "", nil
	}
	return fstype, nil
}

// plausibleExt makes up for a magic number of two bytes: there are inodes and blocks, and
// the binary logarithm of the block size, less ten, is at most 6: struct ext4_super_block.
func plausibleExt(super []byte) bool {
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(super[at:]) }
	return word(0) != 0 && word(4) != 0 && word(0x18) <= 6
}

// DescribeFile is what the regular file that fd is open on for reading is, when it is no
// file system, in words for an error: "a gzip archive"; "" when that is not known.
func DescribeFile(fd int) string {
	if irregular(fd) != "" {
		return ""
	}
	head, err := readHead(fd)
	if err == nil && len(head) == 0 {
		return "empty"
	}
	return match(head, otherFiles)
}

func match(head []byte, table []magic) string {
	for _, m := range table {
		if end := m.offset + len(m.bytes); end <= len(head) && string(head[m.offset:end]) == m.bytes {
			return m.means
		}
	}
	return ""
}

// readHead is the beginning of the file, as far as there is one.
func readHead(fd int) ([]byte, error) {
	head := make([]byte, headSize)
	have := 0
	for have < len(head) {
		n, err := unix.Pread(fd, head[have:], int64(have))
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, &diag.Error{Call: call("pread", fdName(fd)), Err: err}
		}
		if n == 0 {
			break
		}
		have += n
	}
	return head[:have], nil
}

// irregular is what fd is open on, when that is no regular file.
func irregular(fd int) string {
	var st unix.Stat_t
	if err := retry(func() error { return unix.Fstat(fd, &st) }); err != nil {
		return "" // reading then gives the error
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return ""
	case unix.S_IFDIR:
		return "a directory"
	case unix.S_IFBLK:
		return "a block device"
	case unix.S_IFCHR:
		return "a character device"
	case unix.S_IFIFO:
		return "a FIFO or pipe"
	case unix.S_IFSOCK:
		return "a socket"
	}
	return "a special file"
}

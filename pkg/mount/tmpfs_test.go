//go:build linux

package mount

import (
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func TestTmpfsFS(t *testing.T) {
	const usual = unix.MS_NOSUID | unix.MS_NODEV
	for _, row := range []struct {
		why, options string
		flags        Flags
		data         string
	}{
		{"without options", "", usual, "mode=1777"},
		{"a size", "size=64m", usual, "size=64m,mode=1777"},
		{"a mode", "mode=0700,size=50%", usual, "mode=0700,size=50%"},
		{"flags", "ro,noexec", usual | unix.MS_RDONLY | unix.MS_NOEXEC, "mode=1777"},
		{"the usual flags taken back", "suid,dev", 0, "mode=1777"},
		{"all others", "nr_blocks=10,nr_inodes=1K,uid=0,gid=65534,huge=within_size,inode64,noswap,mode=4755", usual,
			"nr_blocks=10,nr_inodes=1K,uid=0,gid=65534,huge=within_size,inode64,noswap,mode=4755"},
	} {
		got, err := TmpfsFS(row.options)
		if want := (FS{Type: "tmpfs", Flags: row.flags, Data: row.data}); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", row.why, got, err, want)
		}
	}
}

func TestTmpfsFSQuotesTheOptionThatIsWrong(t *testing.T) {
	const number = " wants a number"
	for _, row := range []struct{ why, option, want string }{
		{"a size without a value", "size", number + " of bytes, with k, m, g or % "},
		{"an empty size", "size=", number},
		{"a unit of two letters", "size=10MB", number},
		{"a fraction", "size=1.5g", number},
		{"a negative size", "size=-1", number},
		{"a unit alone", "size=m", number},
		{"a size in hexadecimal", "size=0x10", number},
		{"an underscore", "size=1_000", number},
		{"a size beyond what files can have", "size=9223372036854775808", number},
		{"a size beyond that by its unit", "size=8e", number},
		{"a percentage with a unit", "size=1k%", number},
		{"a percentage of inodes", "nr_inodes=10%", number},
		{"a mode in letters", "mode=u=rwx", " wants octal permissions"},
		{"a mode that is not octal", "mode=788", " wants octal permissions"},
		{"a mode that is too large", "mode=10000", " wants octal permissions"},
		{"a name as uid", "uid=root", number},
		{"the uid that is none", "uid=4294967295", number},
		{"a gid that is too large", "gid=4294967296", number},
		{"a huge that only the kernel's own mount has", "huge=deny", " wants never, always, "},
		{"a word misspelt", "siez=1m", "tmpfs has no option siez=1m"},
		{"a word with a value too many", "noswap=1", "tmpfs has no option noswap=1"},
		{"an escape sequence", "mode=\x1b[m", `"mode=\x1b[m" wants octal`},
		{"an operation", "remount", "the mount option remount is not for a new mount"},
	} {
		_, err := TmpfsFS("nodev," + row.option + ",noexec")
		if !diag.IsUsage(err) || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "noexec") {
			t.Errorf("%s: got %v, want %q", row.why, err, row.want)
		}
	}
}

// What is let through is not refused by the kernel, and means what it says.
func TestTmpfsFSMounts(t *testing.T) {
	page := uint64(os.Getpagesize())
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		for _, row := range []struct {
			options       string
			blocks, files uint64 // 0: not looked at
			mode          os.FileMode
		}{
			{"", 0, 0, os.ModeDir | os.ModeSticky | 0o777},
			{"size=1m,mode=0750", 1 << 20 / page, 0, os.ModeDir | 0o750},
			{"size=1G,nr_inodes=2k", 1 << 30 / page, 2048, os.ModeDir | os.ModeSticky | 0o777},
			{"size=1t", 1 << 40 / page, 0, os.ModeDir | os.ModeSticky | 0o777},
			{"nr_blocks=1k,uid=0,gid=0,inode32,huge=never", 1024, 0, os.ModeDir | os.ModeSticky | 0o777},
			{"size=10%,mode=4755", 0, 0, os.ModeDir | os.ModeSetuid | 0o755},
			{"size=7", 1, 0, os.ModeDir | os.ModeSticky | 0o777}, // bytes, in whole pages
		} {
			fs, err := TmpfsFS(row.options)
			fatal(t, err)
			target := mkdir(t, dir, "target")
			fatal(t, fs.Mount(target))
			var st unix.Statfs_t
			fatal(t, unix.Statfs(target, &st))
			info, err := os.Stat(target)
			fatal(t, err)
			if row.blocks != 0 && st.Blocks != row.blocks || row.files != 0 && st.Files != row.files || info.Mode() != row.mode {
				t.Errorf("%q: %d blocks, %d files, %v", row.options, st.Blocks, st.Files, info.Mode())
			}
			if got, _ := entry(t, target); got != "rw,nosuid,nodev,relatime" {
				t.Errorf("%q: mounted with %s", row.options, got)
			}
			fatal(t, Unmount(target, NoFollow))
		}
	})
}

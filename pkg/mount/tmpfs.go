//go:build linux

package mount

import (
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// TmpfsFS is a tmpfs with the options of mount(8), comma-separated: size=, nr_blocks= and
// nr_inodes= (a number with k, m, g or t; size also with % of the memory; 0 is no limit),
// mode= (octal), uid=, gid=, huge=, inode32, inode64 (Linux 5.9), noswap (6.4) and those
// of [ParseOptions].
//
// Without options it is nosuid and nodev, which suid and dev take back, has
// mode 1777, as /tmp, and takes up to half of the memory.
//
// The error, one of usage, quotes the option that is wrong, for which the kernel would
// have no more than EINVAL. See tmpfs(5).
func TmpfsFS(options string) (FS, error) {
	flags, data, err := parseOptions(unix.MS_NOSUID|unix.MS_NODEV, options)
	if err != nil {
		return FS{}, err
	}
	hasMode := false
	for _, option := range splitOptions(data) {
		if err := checkTmpfs(option); err != nil {
			return FS{}, err
		}
		hasMode = hasMode || strings.HasPrefix(option, "mode=")
	}
	if !hasMode {
		// The kernel's own default, but not that of ramfs, which is what a
		// kernel without CONFIG_SHMEM mounts instead.
		data = strings.TrimPrefix(data+",mode=1777", ",")
	}
	return FS{Type: "tmpfs", Flags: flags, Data: data}, nil
}

// tmpfsOptions are the options with a value. mpol is not among them, as its values have
// commas in them.
var tmpfsOptions = []struct {
	name  string
	ok    func(value string) bool
	wants string
}{
	{"size", isSize, "a number of bytes, with k, m, g or % (of the memory) at its end if need be"},
	{"nr_blocks", isAmount, "a number, with k, m or g at its end if need be"},
	{"nr_inodes", isAmount, "a number, with k, m or g at its end if need be"},
	{"mode", isMode, "octal permissions"},
	{"uid", isID, "a number"},
	{"gid", isID, "a number"},
	{"huge", isHuge, "never, always, within_size or advise"},
}

func checkTmpfs(option string) error {
	switch option {
	case "inode32", "inode64", "noswap":
		return nil
	}
	name, value, _ := strings.Cut(option, "=")
	for _, o := range tmpfsOptions {
		if o.name != name {
			continue
		}
		if !o.ok(value) {
			return diag.Usage("the tmpfs option %s wants %s", diag.Quote(option), o.wants)
		}
		return nil
	}
	return diag.Usage("tmpfs has no option %s", diag.Quote(option))
}

func isSize(value string) bool {
	if percent, ok := strings.CutSuffix(value, "%"); ok {
		return isNumber(percent, 10, 32)
	}
	return isAmount(value)
}

// isAmount: a number with a unit, as memparse() of the kernel reads it, below 1<<63.
func isAmount(value string) bool {
	const units = "kmgtpe"
	bits := 63
	if n := len(value); n > 0 {
		if unit := strings.IndexByte(units, value[n-1]|0x20); unit >= 0 { // in upper case too
			value = value[:n-1]
			bits -= 10 * (unit + 1)
		}
	}
	return isNumber(value, 10, bits)
}

func isMode(value string) bool { return isNumber(value, 8, 12) }

func isID(value string) bool { return isNumber(value, 10, 32) && value != "4294967295" } // -1: no id

func isHuge(value string) bool {
	return value == "never" || value == "always" || value == "within_size" || value == "advise"
}

func isNumber(value string, base, bits int) bool {
	_, err := strconv.ParseUint(value, base, bits)
	return err == nil
}

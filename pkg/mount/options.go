//go:build linux

package mount

import (
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// optionFlags are the words of mount(8) for the flags of mount(2). Each word takes
// away what it contradicts, so that the last one counts.
var optionFlags = []struct {
	word       string
	set, clear Flags
}{
	{"defaults", 0, 0},
	{"ro", unix.MS_RDONLY, 0},
	{"rw", 0, unix.MS_RDONLY},
	{"nosuid", unix.MS_NOSUID, 0},
	{"suid", 0, unix.MS_NOSUID},
	{"nodev", unix.MS_NODEV, 0},
	{"dev", 0, unix.MS_NODEV},
	{"noexec", unix.MS_NOEXEC, 0},
	{"exec", 0, unix.MS_NOEXEC},
	{"nosymfollow", unix.MS_NOSYMFOLLOW, 0},
	{"symfollow", 0, unix.MS_NOSYMFOLLOW},
	{"noatime", unix.MS_NOATIME, unix.MS_RELATIME | unix.MS_STRICTATIME},
	{"atime", 0, unix.MS_NOATIME},
	{"nodiratime", unix.MS_NODIRATIME, 0},
	{"diratime", 0, unix.MS_NODIRATIME},
	{"relatime", unix.MS_RELATIME, unix.MS_NOATIME | unix.MS_STRICTATIME},
	{"norelatime", 0, unix.MS_RELATIME},
	{"strictatime", unix.MS_STRICTATIME, unix.MS_NOATIME | unix.MS_RELATIME},
	{"nostrictatime", 0, unix.MS_STRICTATIME},
	{"lazytime", unix.MS_LAZYTIME, 0},
	{"nolazytime", 0, unix.MS_LAZYTIME},
	{"sync", unix.MS_SYNCHRONOUS, 0},
	{"async", 0, unix.MS_SYNCHRONOUS},
	{"dirsync", unix.MS_DIRSYNC, 0},
	{"mand", unix.MS_MANDLOCK, 0}, // without effect since Linux 5.15
	{"nomand", 0, unix.MS_MANDLOCK},
	{"silent", unix.MS_SILENT, 0},
	{"loud", 0, unix.MS_SILENT},
}

// operations are words that make another call of mount(2), or a loop device, and are no
// property of the new mount.
var operations = []string{
	"remount", "bind", "rbind", "move", "loop",
	"private", "slave", "shared", "unbindable", "rprivate", "rslave", "rshared", "runbindable",
}

// ParseOptions takes the comma-separated options of mount(8) apart: the flags among
// them, and what is left, for the file system. Of words that contradict each other the
// last one counts. A comma after a backslash is no separator; it stays in the value with
// the backslash, which overlay, the one file system to know of it, wants.
//
// The error, one of usage, is for words that do not belong to a new mount: remount, bind,
// move, loop, private, ...
func ParseOptions(options string) (Flags, string, error) { return parseOptions(0, options) }

// parseOptions is ParseOptions for a mount that has some flags unless told otherwise.
func parseOptions(flags Flags, options string) (Flags, string, error) {
	var data []string
	for _, word := range splitOptions(options) {
		if refused(word) {
			return 0, "", diag.Usage("the mount option %s is not for a new mount", diag.Quote(word))
		}
		if set, clear, ok := optionFlag(word); ok {
			flags = flags&^clear | set
			continue
		}
		data = append(data, word)
	}
	return flags, strings.Join(data, ","), nil
}

func optionFlag(word string) (set, clear Flags, ok bool) {
	for _, o := range optionFlags {
		if o.word == word {
			return o.set, o.clear, true
		}
	}
	return 0, 0, false
}

func refused(word string) bool {
	name, _, _ := strings.Cut(word, "=") // loop=/dev/loop0
	for _, o := range operations {
		if o == name {
			return true
		}
	}
	return false
}

//go:build linux

package mount

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestFlagsAreShownByName(t *testing.T) {
	for _, row := range []struct {
		got, want string
	}{
		{Flags(0).String(), "0"},
		{Flags(unix.MS_PRIVATE | unix.MS_REC).String(), "MS_REC|MS_PRIVATE"},
		{Flags(unix.MS_RDONLY | unix.MS_BIND | unix.MS_REMOUNT).String(), "MS_REMOUNT|MS_BIND|MS_RDONLY"},
		{Flags(unix.MS_NOSUID | 1<<40).String(), "MS_NOSUID|0x10000000000"},
		{Flags(1 << 40).String(), "0x10000000000"},
		{Attr(unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NODEV).String(), "MOUNT_ATTR_RDONLY|MOUNT_ATTR_NODEV"},
		{UnmountCall("/mnt", Lazy|NoFollow), `umount2("/mnt", MNT_DETACH|UMOUNT_NOFOLLOW)`},
		{Call("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""), `mount("none", "/", "", MS_REC|MS_PRIVATE, "")`},
		{Call("a\x1b", "b\n", "", 0, "x=\xff"), `mount("a\x1b", "b\n", "", 0, "x=\xff")`},
	} {
		if row.got != row.want {
			t.Errorf("got %s, want %s", row.got, row.want)
		}
	}
}

func TestFlagNamesAreDistinct(t *testing.T) {
	for _, table := range [][]flagName{mountFlags, mountAttrs, unmountFlags, openTreeFlags, moveMountFlags} {
		var seen uint64
		for _, f := range table {
			if seen&f.bit != 0 || f.bit == 0 {
				t.Errorf("%s (%#x) has no bit of its own", f.name, f.bit)
			}
			seen |= f.bit
		}
	}
}

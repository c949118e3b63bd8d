//go:build linux

package mount

import (
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// HintImage is why mounting an image of the type failed with errno, "" when that is not
// known. The kernel says more in its log, which dmesg(1) shows.
func HintImage(fstype string, errno unix.Errno) string {
	switch errno {
	case unix.EPERM:
		return "only root of the machine may mount an image, not a user namespace: run it as root, or unpack the image into a directory"
	case unix.ENODEV:
		return "the kernel has no file system " + diag.Quote(fstype) + ": `modprobe " + diag.Quote(fstype) + "`"
	case unix.EROFS:
		return hintJournal(fstype)
	case unix.EUCLEAN, unix.EBADMSG, unix.EIO:
		return "the file system is damaged, or the file cut off: " + checker(fstype)
	case unix.EINVAL:
		return hintInvalid(fstype)
	}
	return ""
}

// hintJournal: what was not unmounted has changes in its journal that are to be
// written back first, which the kernel does even for a read-only mount.
func hintJournal(fstype string) string {
	switch fstype {
	case "ext4", "ext3":
		return "the file system was not unmounted, and to replay its journal it has to be writable: " +
			"mount it writable once, or give the option noload, which shows it as it is"
	case "xfs":
		return "the file system was not unmounted, and to replay its log it has to be writable: " +
			"mount it writable once, or give the option norecovery, which shows it as it is"
	}
	return ""
}

func hintInvalid(fstype string) string {
	hint := "the image is no " + diag.Quote(fstype) + " file system, is damaged or cut off, or an option is unknown: see the end of `dmesg`"
	if fstype == "xfs" {
		hint = "another xfs with the same UUID may be mounted (then give the option nouuid); if not, " + hint
	}
	return hint
}

func checker(fstype string) string {
	switch fstype {
	case "ext4", "ext3", "ext2":
		return "check it with `e2fsck -f`"
	case "xfs":
		return "check it with `xfs_repair -n`"
	}
	return "make it anew"
}

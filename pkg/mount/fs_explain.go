//go:build linux

package mount

import (
	"strings"

	"golang.org/x/sys/unix"
)

// TreeCall is the text of what [FS.Tree] does; the tree is called "tree" in it.
func (f FS) TreeCall() string {
	lines := []string{"fs = " + call("fsopen", quote(f.Type), "FSOPEN_CLOEXEC")}
	for _, o := range f.options() {
		lines = append(lines, o.call())
	}
	lines = append(lines, call("fsconfig", "fs", "FSCONFIG_CMD_CREATE"),
		"tree = "+call("fsmount", "fs", "FSMOUNT_CLOEXEC", f.attrs().String()))
	return strings.Join(lines, "\n")
}

// MountAtCall is the text of what [FS.MountAt] does on a mount point that is described
// by at.
func (f FS) MountAtCall(at string) string { return f.TreeCall() + "\n" + AttachCall(at) }

// AttachCall is the text of what [Tree.Attach] does.
func AttachCall(at string) string {
	return call("move_mount", "tree", `""`, at, `""`, "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH")
}

// CloneTreeCall is the text of what [CloneTree] does.
func CloneTreeCall(source string, recursive bool) string {
	flags := "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH"
	if recursive {
		flags += "|AT_RECURSIVE"
	}
	return "tree = " + call("open_tree", source, `""`, flags)
}

// AttachCall is the text of how [Image.FS] attaches the image.
func (i Image) AttachCall() string {
	mode, flags := "O_RDWR", "LO_FLAGS_AUTOCLEAR"
	if i.wantsReadOnly() {
		mode, flags = "O_RDONLY", "LO_FLAGS_READ_ONLY|LO_FLAGS_AUTOCLEAR"
	}
	return "image = " + call("open", quote(i.Path), mode+"|O_CLOEXEC") + "\n" +
		`N = ioctl(open("/dev/loop-control", O_RDWR), LOOP_CTL_GET_FREE)` + "\n" +
		`ioctl(open("/dev/loopN", ` + mode + `), LOOP_CONFIGURE, {fd=image, lo_flags=` + flags + "})"
}

// Mounted is the file system as [Image.FS] returns it, for --explain: without a
// look at the image, and with N for the number of the loop device.
func (i Image) Mounted() FS {
	fs := FS{Type: i.Type, Source: "/dev/loopN", Flags: i.Flags, Data: i.Data}
	if i.wantsReadOnly() {
		fs.Flags |= unix.MS_RDONLY
	}
	return fs
}

func (i Image) wantsReadOnly() bool { return i.ReadOnly || i.Flags&unix.MS_RDONLY != 0 }

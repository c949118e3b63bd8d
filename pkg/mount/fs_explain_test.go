//go:build linux

package mount

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTextsOfCalls(t *testing.T) {
	for _, row := range []struct{ name, got, want string }{
		{"a file system", FS{Type: "ext4", Source: "/dev/a b", Flags: unix.MS_RDONLY | unix.MS_NODEV, Data: "noload,commit=5"}.TreeCall(),
			`fs = fsopen("ext4", FSOPEN_CLOEXEC)
fsconfig(fs, FSCONFIG_SET_STRING, "source", "/dev/a b")
fsconfig(fs, FSCONFIG_SET_FLAG, "ro")
fsconfig(fs, FSCONFIG_SET_FLAG, "noload")
fsconfig(fs, FSCONFIG_SET_STRING, "commit", "5")
fsconfig(fs, FSCONFIG_CMD_CREATE)
tree = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY|MOUNT_ATTR_NODEV)`},
		{"no attributes", FS{Type: "proc"}.TreeCall(), `fs = fsopen("proc", FSOPEN_CLOEXEC)
fsconfig(fs, FSCONFIG_SET_STRING, "source", "proc")
fsconfig(fs, FSCONFIG_CMD_CREATE)
tree = fsmount(fs, FSMOUNT_CLOEXEC, 0)`},
		{"at a place", lastLine(FS{Type: "proc"}.MountAtCall("dir")), `move_mount(tree, "", dir, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)`},
		{"a copy", CloneTreeCall("dir", false), `tree = open_tree(dir, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH)`},
		{"a copy with what is below", CloneTreeCall("dir", true), `tree = open_tree(dir, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH|AT_RECURSIVE)`},
		{"a root", AttachRootCall("a\n"), `root = open_tree(AT_FDCWD, "a\n/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)
move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)`},
		{"a root with a slash at its end", AttachRootCall("/a/"), `root = open_tree(AT_FDCWD, "/a/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)
move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)`},
		{"an image", Image{Path: "i"}.AttachCall(), `image = open("i", O_RDWR|O_CLOEXEC)
N = ioctl(open("/dev/loop-control", O_RDWR), LOOP_CTL_GET_FREE)
ioctl(open("/dev/loopN", O_RDWR), LOOP_CONFIGURE, {fd=image, lo_flags=LO_FLAGS_AUTOCLEAR})`},
		{"a read-only image", lastLine(Image{Path: "i", Flags: unix.MS_RDONLY}.AttachCall()),
			`ioctl(open("/dev/loopN", O_RDONLY), LOOP_CONFIGURE, {fd=image, lo_flags=LO_FLAGS_READ_ONLY|LO_FLAGS_AUTOCLEAR})`},
		{"propagation", Slave.Call("/a"), `mount("none", "/a", "", MS_REC|MS_SLAVE, "")`},
		{"propagation as a command", Unbindable.Shell("/a"), "mount --make-runbindable /a"},
		{"a propagation that there is not", Propagation(9).String(), "Propagation(0x9)"},
		{"a mount", FS{Type: "proc", Source: "p"}.Call("/x"), `mount("p", "/x", "proc", 0, "")`},
	} {
		if row.got != row.want {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, row.got, row.want)
		}
	}
}

func lastLine(text string) string { return text[strings.LastIndex(text, "\n")+1:] }

func TestMountedIsTheFileSystemOfAnImage(t *testing.T) {
	got := Image{Path: "i", Type: "xfs", ReadOnly: true, Flags: unix.MS_NOSUID, Data: "nouuid"}.Mounted()
	if want := (FS{Type: "xfs", Source: "/dev/loopN", Flags: unix.MS_RDONLY | unix.MS_NOSUID, Data: "nouuid"}); got != want {
		t.Errorf("got %+v", got)
	}
}

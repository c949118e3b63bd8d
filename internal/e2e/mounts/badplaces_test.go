//go:build linux

package mounts_test

import "testing"

const (
	inNewRoot = " in the new root: "
	openat2   = ", {O_PATH|O_CLOEXEC, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS}): "
	noEntry   = "no such file or directory (ENOENT)"
)

// wrongPlaces are found out when a path is opened or something is mounted. In each one
// there is a mount or a mount point before, which is to be gone again.
var wrongPlaces = []struct {
	args, line string
	hint       []string
}{
	{"-v src:/a/b -v missing:/data rootfs true",
		`open the source of --volume missing:/data: open("missing", O_PATH|O_CLOEXEC): ` + noEntry,
		[]string{"hint: nothing is there; add the option create to make it a directory: missing:/data:create"}},
	{"-v src:/data -v dangling:/dir:create rootfs true",
		`open the source of --volume dangling:/dir:create: open("dangling", O_PATH|O_CLOEXEC): ` + noEntry,
		[]string{"hint: dangling is a link to nothing"}},
	{"-v new/and/more:/data:create -v src:/file rootfs true", "mount --volume src:/file: not a directory (ENOTDIR)",
		[]string{"hint: /file is a file, and what is to be mounted there is a directory"}},
	{"-v src:/data -v file:/dir rootfs true", "mount --volume file:/dir: is a directory (EISDIR)",
		[]string{"hint: /dir is a directory, and what is to be mounted there is a file"}},
	{"--tmpfs /data --tmpfs /file rootfs true", "mount --tmpfs /file: not a directory (ENOTDIR)",
		[]string{"hint: /file is a file, and what is to be mounted there is a directory"}},
	{"-v src:/a/b/c -v src:/a/x/../b/c/d -v file:/file/x/y/z rootfs true",
		`open the mount point /file/x/y/z` + inNewRoot + `openat2(root, "file/x/y/z"` + openat2 + "not a directory (ENOTDIR)",
		[]string{"hint: *"}},
	{"-v src:/data -v src:/loop/x rootfs true",
		`open the mount point /loop/x` + inNewRoot + `openat2(root, "loop/x"` + openat2 + "too many levels of symbolic links (ELOOP)",
		[]string{"hint: a link of the root file system on the way leads in a circle or through /proc"}},
	{"-v src:/data -v src:/magic/x rootfs true",
		`open the mount point /magic/x` + inNewRoot + `openat2(root, "magic/x"` + openat2 + "too many levels of symbolic links (ELOOP)",
		[]string{"hint: a link of the root file system on the way leads in a circle or through /proc"}},
	{"-v src:/mnt/bad/src/missing true",
		`open the mount point /mnt/bad/src/missing: openat2(root, "mnt/bad/src/missing"` + openat2 + noEntry,
		[]string{"hint: without a root file system nothing is created on the host: make the directory first, or use --overlay /"}},
	{"-v file:/mnt/bad/src/missing true",
		`open the mount point /mnt/bad/src/missing: openat2(root, "mnt/bad/src/missing"` + openat2 + noEntry,
		[]string{"hint: without a root file system nothing is created on the host: make the file first, or use --overlay /"}},
	{"--fs nothing::/data rootfs true", `mount --fs nothing::/data: fsopen("nothing", FSOPEN_CLOEXEC): no such device (ENODEV)`,
		[]string{"hint: this kernel has no file system of the type nothing (/proc/filesystems lists those that it has): modprobe nothing"}},
	{"--fs auto:src:/data rootfs true", "mount --fs auto:src:/data: invalid argument (EINVAL)",
		[]string{"hint: only an image file tells its type: name the type instead of auto"}},
	{"--fs tmpfs::/data:size=x rootfs true",
		`mount --fs tmpfs::/data:size=x: fsconfig(fs, FSCONFIG_SET_STRING, "size", "x"): invalid argument (EINVAL)`,
		[]string{"hint: the kernel says: tmpfs: Bad value for 'size'"}},
	{"--fs tmpfs::/data:nothing=1 rootfs true",
		`mount --fs tmpfs::/data:nothing=1: fsconfig(fs, FSCONFIG_SET_STRING, "nothing", "1"): invalid argument (EINVAL)`,
		[]string{"hint: the kernel says: tmpfs: Unknown parameter 'nothing'"}},
	{"--fs overlay::/data rootfs true", "mount --fs overlay::/data: fsconfig(fs, FSCONFIG_CMD_CREATE): invalid argument (EINVAL)",
		[]string{"hint: *"}},
	{"--tmpfs /data --mask /missing rootfs true", `hide /missing: openat2(root, "missing"` + openat2 + noEntry,
		[]string{"hint: there is no such file in the new root"}},
	{"--tmpfs /data --ro-path /file/x rootfs true", `make read-only /file/x: openat2(root, "file/x"` + openat2 + "not a directory (ENOTDIR)",
		[]string{"hint: there is no such file in the new root"}},
	{"--ro -v src:/new/dir --mask /missing rootfs true", `hide /missing: openat2(root, "missing"` + openat2 + noEntry,
		[]string{"hint: there is no such file in the new root"}},
	{"--overlay=dangling rootfs true", `open the directory of the writable layer dangling: open("dangling", O_PATH|O_CLOEXEC): ` + noEntry,
		[]string{"hint: dangling is a link to nothing"}},
	{"-v src:/new --wd=/missing rootfs true", `change the working directory to /missing: chdir("/missing"): ` + noEntry, nil},
}

// A file that is no image, or a damaged one, leaves no loop device.
func TestWrongImage(t *testing.T) {
	onHostWithImages(t, func(t *testing.T) {
		dir := badHost(t, root)
		shell(t, "head -c 20000 "+images(t)+"/ext4 >"+dir+"/cut; cp "+images(t)+"/squashfs "+dir+"/good")
		check := unchanged(t, dir)
		const (
			create = "fsconfig(fs, FSCONFIG_CMD_CREATE): "
			ext4   = "hint: the image is no ext4 file system, is damaged or cut off, or an option is unknown: see the end of `dmesg`"
		)
		for _, row := range [][]string{
			{"--root=cut true", "mount the image cut: " + create + "invalid argument (EINVAL)", ext4},
			{"--fs ext4:cut:/data rootfs true", "mount --fs ext4:cut:/data: " + create + "invalid argument (EINVAL)", ext4},
			{"--fs ext4:good:/data rootfs true", "mount --fs ext4:good:/data: " + create + "invalid argument (EINVAL)", ext4},
			{"--fs ext4:missing:/data rootfs true", "mount --fs ext4:missing:/data: " + create + noEntry, "hint: the kernel says: missing: Can't lookup blockdev"},
			{"--fs squashfs:good:/data:nothing rootfs true",
				`mount --fs squashfs:good:/data:nothing: fsconfig(fs, FSCONFIG_SET_FLAG, "nothing"): invalid argument (EINVAL)`,
				"hint: the kernel says: squashfs: Unknown parameter 'nothing'"},
			{"--fs squashfs:good:/data -v src:/file rootfs true", "mount --volume src:/file: not a directory (ENOTDIR)",
				"hint: /file is a file, and what is to be mounted there is a directory"},
			{"--root=good -v src:/new true",
				`open the mount point /new in the new root: mkdirat(root, "new", 0755): read-only file system (EROFS)`,
				"hint: the root file system is read-only: create the directory /new in it, or add --overlay"},
			{"-v src:/data:idmap rootfs true", "--volume src:/data:idmap: idmap is for the ids of a user namespace: add --user with a map"},
		} {
			root.in(dir).fails(t, 125, split(row[0]), row[1:]...)
			check(t, row[0])
		}
	})
}

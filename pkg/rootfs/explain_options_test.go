//go:build linux

package rootfs

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"
)

// inOrder looks for the lines in text, each after the one before.
func inOrder(t *testing.T, text string, lines []string) {
	t.Helper()
	rest := text
	for _, want := range lines {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %s (or not in its place) in\n%s", want, text)
		}
		rest = after
	}
}

// Each option in its place among the steps. None of the files needs to be there.
func TestExplainOptions(t *testing.T) {
	const place = `{O_PATH, RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS}), "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)`
	for _, row := range []struct {
		name string
		c    Config
		want []string
	}{
		{"volumes, the one further up first", Config{Root: "/r", Mounts: volumes(t, "/a b:/x/y:ro,nodev,rslave", "/c:/x:norec")}, []string{
			`source1 = open("/c", O_PATH|O_CLOEXEC)`, `source2 = open("/a b", O_PATH|O_CLOEXEC)`,
			`mount("none", "/", "", MS_PRIVATE, "")`,
			`root = open_tree(AT_FDCWD, "/r/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)`,
			`tree = open_tree(source1, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH)`,
			`move_mount(tree, "", openat2(root, "/x", ` + place,
			`# mount --bind /c /r/x`,
			`tree = open_tree(source2, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH|AT_RECURSIVE)`,
			`mount_setattr(tree, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NODEV, propagation=MS_SLAVE})`,
			`move_mount(tree, "", openat2(root, "/x/y", ` + place,
			`# mount --rbind '/a b' /r/x/y`, `# mount -o remount,bind,ro=recursive,nodev=recursive /r/x/y`, `# mount --make-rslave /r/x/y`,
			`pivot_root(".", ".")`,
		}},
		{"the propagation of the topmost mount alone", Config{Root: "/r", Mounts: volumes(t, "/a:/x:noexec,shared")}, []string{
			`mount_setattr(tree, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_NOEXEC`, `propagation=MS_SHARED})`, `# mount --make-shared /r/x`,
		}},
		{"a mapped volume", Config{Root: "/r", NewUser: true, Mounts: volumes(t, "/a:/x:idmap")}, []string{
			`source1 = open("/a", O_PATH|O_CLOEXEC)`, `{attr_set=MOUNT_ATTR_IDMAP})`, `move_mount(tree, "", openat2(root, "/x", ` + place}},
		{"a volume without a root", Config{Mounts: volumes(t, "/a:/x")}, []string{
			`source1 = open("/a", O_PATH|O_CLOEXEC)`, `mount("none", "/", "", MS_REC|MS_PRIVATE, "")`, `root = open("/", O_PATH|O_DIRECTORY|O_CLOEXEC)`,
			`move_mount(tree, "", openat2(root, "/x", ` + place, `# mount --rbind /a /x`}},
		{"file systems", Config{Root: "/r", Mounts: []Mount{tmpfs(t, "/t:size=1m,ro"), otherFS(t, "auto:/i:/i"), otherFS(t, "9p:host:/n:trans=tcp,nodev")}}, []string{
			`fs = fsopen("tmpfs", FSOPEN_CLOEXEC)`, `fsconfig(fs, FSCONFIG_SET_STRING, "source", "tmpfs")`, `fsconfig(fs, FSCONFIG_SET_FLAG, "ro")`,
			`fsconfig(fs, FSCONFIG_SET_STRING, "size", "1m")`, `fsconfig(fs, FSCONFIG_CMD_CREATE)`,
			`tree = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV)`,
			`move_mount(tree, "", openat2(root, "/t", ` + place, `# mount -t tmpfs -o ro,nosuid,nodev,size=1m,mode=1777 tmpfs /r/t`,
			`# mount /i /r/i`,
			`fsopen("9p", FSOPEN_CLOEXEC)`, `"source", "host"`, `# mount -t 9p -o nodev,trans=tcp host /r/n`,
		}},
		{"a throw-away layer", Config{Root: "/r", Overlay: true}, []string{
			`mount("none", "/", "", MS_REC|MS_PRIVATE, "")`, `layers = mount("tmpfs", "/", "tmpfs", MS_NOSUID|MS_NODEV, "mode=755")`, `# mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs layers`,
			`mkdirat(layers, "upper", 0755)`, `mkdirat(layers, "work", 0755)`,
			`mount("overlay", "/", "overlay", 0, "lowerdir=/r,upperdir=layers/upper,workdir=layers/work")`,
			`# mkdir layers/upper layers/work`, `pivot_root(".", ".")`, `umount2(".", MNT_DETACH|UMOUNT_NOFOLLOW)`,
		}},
		{"a layer that is kept, in a user namespace", Config{Root: "/r", Overlay: true, OverlayDir: "my dir", NewUser: true}, []string{
			`layers = open("my dir", O_PATH|O_DIRECTORY|O_CLOEXEC)`, `# mkdir -p 'my dir'`, `,workdir=layers/work,userxattr")`}},
		{"masks, then read-only paths, then the root", Config{Root: "/r", ReadOnly: true, Masks: []string{"/m", "default"}, ReadOnlys: []string{"/o"}}, []string{
			`null = open("/dev/null", O_PATH|O_NOFOLLOW|O_CLOEXEC)`, `fs = fsopen("tmpfs", FSOPEN_CLOEXEC)`,
			`empty = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC)`,
			`tree = open_tree(null /* empty on a directory */, "", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH)`, `openat2(root, "/m", `,
			`# if [ -d /r/m ]; then mount -t tmpfs -o ro,nosuid,nodev,noexec,mode=555,size=4k,nr_inodes=2 tmpfs /r/m; else mount --bind /dev/null /r/m; fi`,
			`openat2(root, "/proc/acpi", `, `openat2(root, "/sys/firmware", `,
			`tree = open_tree(openat2(root, "/o", `, `mount_setattr(tree, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY})`,
			"# mount --rbind /r/o /r/o", `# mount -o remount,bind,ro=recursive /r/o`,
			`mount_setattr(root, "", AT_EMPTY_PATH, {attr_set=MOUNT_ATTR_RDONLY})`, `# mount -o remount,bind,ro /r`, `pivot_root(".", ".")`,
		}},
		{"no pivot_root", Config{Root: "/r", NoPivot: true}, []string{
			`fchdir(root)`, `chroot(".")  /* no pivot_root: --no-pivot */`, `# cd /r`, `# mount --move . /`, `# chroot .`}},
		{"a shared root joins its peers", Config{Root: "/r", Propagation: mount.Shared, Mounts: volumes(t, "/a:/x:rslave")}, []string{
			`mount("none", "/..", "", MS_PRIVATE, "")`, `# mount --make-private /r`, `pivot_root(".", ".")`,
			`move_mount(mount_of_root, "", root, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH|MOVE_MOUNT_SET_GROUP)`,
			`mount("none", "..", "", MS_REC|MS_PRIVATE, "")`, `umount2(".", MNT_DETACH|UMOUNT_NOFOLLOW)`, `mount("none", "/", "", MS_REC|MS_SHARED, "")`,
		}},
		{"what the caller has", Config{Root: "/r", Proc: ProcBind, Dev: DevHost, Sys: SysRW, NewUser: true}, []string{
			`mount("/proc", ".", "", MS_BIND|MS_REC, "")`, `# mount --rbind /proc /r/proc`, `mount("/dev", ".", "", MS_BIND|MS_REC, "")`,
			`mount("/sys", ".", "", MS_BIND|MS_REC, "")`, `mount_setattr(sys, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC})`}},
	} {
		t.Run(row.name, func(t *testing.T) { inOrder(t, explain(t, row.c), row.want) })
	}
}

func TestExplainImages(t *testing.T) {
	everywhere(t, func(t *testing.T, c Config) {
		c.Root, c.ReadOnly = tree(t, "file image")+"/image", true
		c.Mounts = []Mount{otherFS(t, "xfs:/tmp/image:/x:nouuid")}
		inOrder(t, explain(t, c), []string{
			`image = open("/tmp/image", O_RDONLY|O_CLOEXEC)`, `LOOP_CTL_GET_FREE`, `LOOP_CONFIGURE, {fd=image, lo_flags=LO_FLAGS_READ_ONLY|LO_FLAGS_AUTOCLEAR})`,
			`fs = fsopen("TYPE", FSOPEN_CLOEXEC)`, `"source", "/dev/loopN"`, `move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)`,
			`image = open("/tmp/image", O_RDWR|O_CLOEXEC)`, `fsopen("xfs", FSOPEN_CLOEXEC)`, `fsconfig(fs, FSCONFIG_SET_FLAG, "nouuid")`,
			`# mount -t xfs -o loop,nouuid /tmp/image /tmp/image/x`,
		})
	})
}

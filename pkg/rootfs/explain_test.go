//go:build linux

package rootfs

import (
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/mount"
	"nskit.dev/nskit/pkg/plan"

	"github.com/google/go-cmp/cmp"
)

func explain(t *testing.T, c Config) string {
	t.Helper()
	steps, err := c.Steps()
	fatal(t, err)
	var out strings.Builder
	fatal(t, plan.Explain(&out, steps))
	return out.String()
}

func TestExplainWithoutARoot(t *testing.T) {
	const want = `1. mount("none", "/", "", MS_REC|MS_PRIVATE, "")
   # mount --make-rprivate /
2. mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, "")
   # mount -t proc -o nosuid,nodev,noexec proc /proc
`
	if diff := cmp.Diff(want, explain(t, Config{NewPID: true})); diff != "" {
		t.Error(diff)
	}
}

func TestExplainShowsEachCallInOrder(t *testing.T) {
	got := explain(t, Config{Root: "it's", NewPID: true, NewUser: true, Propagation: mount.Shared})
	for _, want := range []string{
		`mount("none", "/", "", MS_PRIVATE, "")`,
		`root = open_tree(AT_FDCWD, "it's/", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)`,
		`move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)`,
		`# mount --rbind 'it'\''s' 'it'\''s'`,
		`fchdir(openat(root, "proc", O_PATH|O_NOFOLLOW|O_DIRECTORY|O_CLOEXEC))`,
		`mount("proc", ".", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, "")`,
		`# mount -t proc -o nosuid,nodev,noexec proc 'it'\''s/proc'`,
		`fsconfig(fs, FSCONFIG_SET_STRING, "size", "65536k")`,
		`tree = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC)`,
		`move_mount(tree, "", AT_FDCWD, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)`,
		`mount("/dev/null", "null", "", MS_BIND|MS_REC, "")`,
		`symlinkat("pts/ptmx", AT_FDCWD, "ptmx")`,
		`mount("devpts", "pts", "devpts", MS_NOSUID|MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5")`,
		`mount("/sys", ".", "", MS_BIND|MS_REC, "")`,
		`mount_setattr(sys, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC})`,
		`pivot_root(".", ".")`,
		`# pivot_root . .`,
		`mount("none", "..", "", MS_REC|MS_PRIVATE, "")`,
		`umount2(".", MNT_DETACH|UMOUNT_NOFOLLOW)`,
		`mount("none", "/", "", MS_REC|MS_SHARED, "")`,
	} {
		_, rest, found := strings.Cut(got, want)
		if !found {
			t.Fatalf("no %s (or not in its place) in\n%s", want, got)
		}
		got = rest
	}
}

func TestNamesOfModes(t *testing.T) {
	for i, name := range procNames {
		if p, err := ParseProc(name); err != nil || p != Proc(i) || p.String() != name {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	for i, name := range devNames {
		if d, err := ParseDev(name); err != nil || d != Dev(i) || d.String() != name {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
	for i, name := range sysNames {
		if s, err := ParseSys(name); err != nil || s != Sys(i) || s.String() != name {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	if _, err := ParseSys("r\x1bw"); err == nil || err.Error() != `--sys="r\x1bw" is none of auto, ro, rw, none` {
		t.Errorf("got %v", err)
	}
}

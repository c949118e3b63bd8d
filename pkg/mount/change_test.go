//go:build linux

package mount

import (
	"errors"
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// changes are applied to a shared mount with another one below it.
var changes = []struct {
	name     string
	change   Change
	call     string
	top, sub string // the options of the mount table, and what the optional fields begin with
}{
	{"nothing", Change{Propagation: Unchanged}, "", "rw,nosuid shared:", "rw,noexec shared:"},
	{"the zero value makes it private", Change{}, `mount_setattr(m, "", AT_EMPTY_PATH|AT_RECURSIVE, {propagation=MS_PRIVATE})`, "rw,nosuid ", "rw,noexec "},
	{"read-only all the way down", Change{Set: unix.MOUNT_ATTR_RDONLY, Propagation: Unchanged},
		`mount_setattr(m, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY})`, "ro,nosuid shared:", "ro,noexec shared:"},
	{"both", Change{Set: unix.MOUNT_ATTR_NODEV, Propagation: Unbindable},
		`mount_setattr(m, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_NODEV, propagation=MS_UNBINDABLE})`, "rw,nosuid,nodev unbindable", "rw,nodev,noexec unbindable"},
	{"the propagation of the topmost mount alone", Change{Propagation: Private, TopOnly: true},
		`mount_setattr(m, "", AT_EMPTY_PATH, {propagation=MS_PRIVATE})`, "rw,nosuid ", "rw,noexec shared:"},
	{"that, and attributes of all", Change{Set: unix.MOUNT_ATTR_RDONLY, Propagation: Unbindable, TopOnly: true},
		`mount_setattr(m, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY})` + "\n" + `mount_setattr(m, "", AT_EMPTY_PATH, {propagation=MS_UNBINDABLE})`,
		"ro,nosuid unbindable", "ro,noexec shared:"},
	{"no propagation, of the topmost mount alone", Change{Set: unix.MOUNT_ATTR_NODEV, Propagation: Unchanged, TopOnly: true},
		`mount_setattr(m, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_NODEV})`, "rw,nosuid,nodev shared:", "rw,nodev,noexec shared:"},
}

// sharedTree is a shared mount, and one below it.
func sharedTree(t *testing.T) string {
	t.Helper()
	top := mkdir(t, workdir(t), "top")
	fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOSUID}.Mount(top))
	fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOEXEC}.Mount(mkdir(t, top, "sub")))
	fatal(t, SetPropagation(top, Shared))
	return top
}

func checkMount(t *testing.T, path, want string) {
	t.Helper()
	options, optional := entry(t, path)
	got := strings.Replace(options, ",relatime", "", 1) + " " + optional
	if !strings.HasPrefix(got, want) || strings.HasSuffix(want, " ") && got != want {
		t.Errorf("%s has %q, want %q", path, got, want)
	}
}

func TestChangeApply(t *testing.T) {
	for _, row := range changes {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				top := sharedTree(t)
				if got := row.change.Call("m"); got != row.call {
					t.Errorf("the call is %s, want %s", got, row.call)
				}
				fatal(t, row.change.Apply(openPath(t, top)))
				checkMount(t, top, row.top)
				checkMount(t, top+"/sub", row.sub)
			})
		})
	}
}

// BindAt does the same to the copy, and not to the original.
func TestBindAtChangesTheCopy(t *testing.T) {
	for _, row := range changes {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				top := sharedTree(t)
				target := mkdir(t, "/tmp/target")
				fatal(t, BindAt(openPath(t, top), point(t, target), true, row.change))
				checkMount(t, target, row.top)
				checkMount(t, target+"/sub", row.sub)
				checkMount(t, top, changes[0].top)
				checkMount(t, top+"/sub", changes[0].sub)
			})
		})
	}
}

func TestRestrictOneAndMakeWritable(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		top := sharedTree(t)
		fd := openPath(t, top)
		fatal(t, RestrictOne(fd, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NODEV))
		checkMount(t, top, "ro,nosuid,nodev shared:")
		checkMount(t, top+"/sub", "rw,noexec shared:")
		fatal(t, MakeWritable(fd))
		checkMount(t, top, "rw,nosuid,nodev shared:")
		if err := os.Mkdir(top+"/new", 0o755); err != nil {
			t.Errorf("writing gives %v", err)
		}
		if got, want := RestrictOneCall("m", unix.MOUNT_ATTR_RDONLY), `mount_setattr(m, "", AT_EMPTY_PATH, {attr_set=MOUNT_ATTR_RDONLY})`; got != want {
			t.Errorf("the call is %s", got)
		}
		if got, want := RestrictCall("m", unix.MOUNT_ATTR_RDONLY), changes[2].call; got != want {
			t.Errorf("the call is %s", got)
		}
	})
}

func TestChangesThatCannotBe(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := mkdir(t, workdir(t), "plain")
		fd := openPath(t, dir)
		for name, err := range map[string]error{
			"Apply":        Change{Set: unix.MOUNT_ATTR_RDONLY}.Apply(fd),
			"Restrict":     Restrict(fd, unix.MOUNT_ATTR_RDONLY),
			"RestrictOne":  RestrictOne(fd, unix.MOUNT_ATTR_RDONLY),
			"MakeWritable": MakeWritable(fd),
		} {
			if !errors.Is(err, unix.EINVAL) {
				t.Errorf("%s of a plain directory: %v", name, err)
			}
		}
		if err := (Change{Set: unix.MOUNT_ATTR_RDONLY}).Apply(-1); !errors.Is(err, unix.EBADF) {
			t.Errorf("of no descriptor: %v", err)
		}
		if err := (Change{UserNS: 1, Propagation: Unchanged}).setOld(fd); !errors.Is(err, diag.ErrUnsupported) {
			t.Errorf("id maps without mount_setattr: %v", err)
		}
		const want = `mount_setattr(m, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_IDMAP})`
		if got := (Change{Set: unix.MOUNT_ATTR_RDONLY, UserNS: 3, Propagation: Unchanged}).Call("m"); got != want {
			t.Errorf("the call is %s", got)
		}
	})
}

// places[0] is root of the machine, who alone may.
func TestChangeShowsOwnersByTheMapsOfAUserNamespace(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.InChild(t, places[0].child, func(t *testing.T) {
		dir := workdir(t)
		write(t, mkdir(t, dir, "source", "sub")+"/f")
		tree, err := CloneTree(openPath(t, dir+"/source"), true)
		fatal(t, err)
		defer tree.Close()
		fatal(t, tree.Change(Change{Set: unix.MOUNT_ATTR_RDONLY, UserNS: userNamespace(t)}))
		target := mkdir(t, dir, "target")
		fatal(t, tree.Attach(openPath(t, target)))
		for path, want := range map[string]uint32{target: 1000, target + "/sub/f": 1000, dir + "/source/sub/f": 0} {
			var st unix.Stat_t
			fatal(t, unix.Stat(path, &st))
			if st.Uid != want || st.Gid != want {
				t.Errorf("%s belongs to %d:%d", path, st.Uid, st.Gid)
			}
		}
		if options, _ := entry(t, target); !strings.Contains(options, "ro") || !strings.Contains(options, "idmapped") {
			t.Errorf("mounted %s", options)
		}
		if err := tree.Change(Change{UserNS: userNamespace(t)}); err == nil {
			t.Error("an attached mount was mapped")
		}
	})
}

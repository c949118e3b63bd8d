//go:build linux

package mount

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

func TestSplitOptions(t *testing.T) {
	for _, row := range []struct {
		name, data string
		want       []string
	}{
		{"nothing", "", nil},
		{"one", "a=1", []string{"a=1"}},
		{"more", "a,b=2,c", []string{"a", "b=2", "c"}},
		{"empty ones", ",,a,,b,", []string{"a", "b"}},
		{"an escaped comma", `a=1\,2,b`, []string{`a=1\,2`, "b"}},
		{"an escaped backslash", `a=1\\,b`, []string{`a=1\\`, "b"}},
		{"a backslash at the end", `a=1\`, []string{`a=1\`}},
		{"an escaped comma at the end", `a,b\,`, []string{"a", `b\,`}},
	} {
		if got := splitOptions(row.data); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// Each flag arrives by fsconfig(2) and fsmount(2) as it does by mount(2), and data too.
func TestFSTreeIsWhatMountMakes(t *testing.T) {
	for _, row := range []struct {
		name string
		fs   FS
	}{
		{"nothing", FS{Type: "tmpfs"}},
		{"each flag", FS{Type: "tmpfs", Flags: unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOSYMFOLLOW | unix.MS_NODIRATIME}},
		{"noatime", FS{Type: "tmpfs", Flags: unix.MS_NOATIME}},
		{"strictatime", FS{Type: "tmpfs", Flags: unix.MS_STRICTATIME}},
		{"relatime", FS{Type: "tmpfs", Flags: unix.MS_RELATIME}},
		{"flags of the file system", FS{Type: "tmpfs", Flags: unix.MS_SYNCHRONOUS | unix.MS_DIRSYNC | unix.MS_LAZYTIME}},
		{"data and a source", FS{Type: "tmpfs", Source: "a source", Data: "size=1m,mode=700,inode64"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, place := range places {
				t.Run(place.name, func(t *testing.T) {
					nstest.InChild(t, place.child, func(t *testing.T) {
						dir := workdir(t)
						fatal(t, row.fs.MountAt(point(t, mkdir(t, dir, "new"))))
						forceOldAPI = true
						fatal(t, row.fs.MountAt(point(t, mkdir(t, dir, "old"))))
						table, err := os.ReadFile("/proc/self/mountinfo")
						fatal(t, err)
						var lines []string
						for line := range strings.Lines(string(table)) {
							f := strings.Fields(line)
							if f[4] == dir+"/new" || f[4] == dir+"/old" {
								lines = append(lines, f[5]+" "+line[strings.Index(line, " - "):])
							}
						}
						if len(lines) != 2 || lines[0] != lines[1] {
							t.Errorf("they differ: %q", lines)
						}
					})
				})
			}
		})
	}
}

func TestFSTreeSaysWhatTheKernelSays(t *testing.T) {
	nstest.InChild(t, places[1].child, func(t *testing.T) {
		for _, row := range []struct {
			name  string
			fs    FS
			errno unix.Errno
			call  string
			hint  string
		}{
			{"a bad value", FS{Type: "tmpfs", Data: "size=x"}, unix.EINVAL, `fsconfig(fs, FSCONFIG_SET_STRING, "size", "x"): `,
				"the kernel says: tmpfs: Bad value for 'size'"},
			{"an unknown option", FS{Type: "tmpfs", Data: "mode=1,nosuch"}, unix.EINVAL, `fsconfig(fs, FSCONFIG_SET_FLAG, "nosuch"): `,
				"the kernel says: tmpfs: Unknown parameter 'nosuch'"},
			{"an option that acts on the terminal", FS{Type: "tmpfs", Data: "\x1b[m=1"}, unix.EINVAL, `fsconfig(fs, FSCONFIG_SET_STRING, "\x1b[m", "1"): `,
				`the kernel says: tmpfs: Unknown parameter '\x1b[m'`},
			{"an unknown type", FS{Type: "nosuchfs"}, unix.ENODEV, `fsopen("nosuchfs", FSOPEN_CLOEXEC): `, ""},
		} {
			_, err := row.fs.Tree()
			var e *diag.Error
			if !errors.As(err, &e) || diag.Errno(err) != row.errno || !strings.HasPrefix(err.Error(), row.call) || e.Hint != row.hint {
				t.Errorf("%s: got %v\nhint %q", row.name, err, hintOf(err))
			}
		}
	})
}

// What fsconfig(2) does not take, mount(2) does.
func TestFSTreeRefusesLongOptions(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		lower := strings.Repeat("/a", 130)
		write(t, mkdir(t, dir+lower)+"/f")
		fs := FS{Type: "overlay", Data: "lowerdir=" + dir + lower + ":" + mkdir(t, dir, "other")}
		if _, err := fs.Tree(); !forceOldAPI && !errors.Is(err, errOption) {
			t.Errorf("got %v", err)
		}
		target := mkdir(t, dir, "target")
		fatal(t, fs.MountAt(point(t, target)))
		if !exists(target + "/f") {
			t.Error("not mounted")
		}
	})
}

// Either way, it is seen on "/" only by "/..".
func TestFSAttachRoot(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		workdir(t)
		fd, err := FS{Type: "tmpfs", Data: "mode=711"}.AttachRoot()
		fatal(t, err)
		var st, dotdot unix.Stat_t
		fatal(t, unix.Fstat(fd, &st))
		fatal(t, unix.Stat("/..", &dotdot))
		if st.Ino != dotdot.Ino || st.Dev != dotdot.Dev || st.Mode != unix.S_IFDIR|0o711 || exists("/../tmp") {
			t.Errorf("what is on / has mode %#o", st.Mode)
		}
		if _, err := (FS{Type: "nosuchfs"}).AttachRoot(); !errors.Is(err, unix.ENODEV) {
			t.Errorf("an unknown type: %v", err)
		}
	})
}

func TestMountAtOfWhatCannotBe(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		write(t, dir+"/file")
		want := unix.EINVAL // of move_mount(2)
		if forceOldAPI {
			want = unix.ENOTDIR // of mount(2)
		}
		if err := (FS{Type: "tmpfs"}).MountAt(point(t, dir+"/file")); !errors.Is(err, want) {
			t.Errorf("on a file: %v", err)
		}
		if err := (FS{Type: "tmpfs", Data: "size=x"}).MountAt(point(t, mkdir(t, dir, "d"))); !errors.Is(err, unix.EINVAL) {
			t.Errorf("a bad option: %v", err)
		}
	})
}

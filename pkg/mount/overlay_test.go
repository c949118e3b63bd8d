//go:build linux

package mount

import (
	"os"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// hostileNames would end an option, a directory or a line, or be no text.
var hostileNames = []string{
	"plain", "with space", "a:b", "::", ":", "a,b", ",", ",,upperdir=x", `a\b`, `\`, `\\`, `\:`, `\,`, `a\,b\:c\\`, `end\`,
	"new\nline", "tab\t", "\xff\xfe", "quote\"'", "equal=sign", "ünï", "#hash", "\x1b[m", "end:", "end,", ":begin", ",begin",
}

// layers makes the directories of an overlay, each with a file of its name in it, on
// the mount of dir.
func layers(t *testing.T, dir, name string, lower ...string) Overlay {
	t.Helper()
	o := Overlay{Upper: mkdir(t, dir, "upper", name), Work: mkdir(t, dir, "work", name)}
	write(t, o.Upper+"/in upper")
	for _, l := range lower {
		o.Lower = append(o.Lower, mkdir(t, dir, l, name))
		write(t, dir+"/"+l+"/"+name+"/in "+l)
	}
	return o
}

func TestOverlayTakesEveryName(t *testing.T) {
	overlays(t, func(t *testing.T, mountAt func(FS, string) error) {
		dir := workdir(t)
		target := mkdir(t, dir, "target")
		for _, name := range hostileNames {
			o := layers(t, dir, name, "lower1", "lower2")
			fs, err := o.FS()
			fatal(t, err)
			if err := mountAt(fs, target); err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			for _, file := range []string{"in upper", "in lower1", "in lower2"} {
				if !exists(target + "/" + file) {
					t.Errorf("%q: no file %q", name, file)
				}
			}
			write(t, target+"/new")
			fatal(t, os.Remove(target+"/in lower1"))
			if !exists(o.Upper+"/new") || !exists(o.Lower[0]+"/in lower1") {
				t.Errorf("%q: the change did not go to the upper directory alone", name)
			}
			fatal(t, Unmount(target, NoFollow))
		}
	})
}

func TestOverlayOfLowerDirectories(t *testing.T) {
	overlays(t, func(t *testing.T, mountAt func(FS, string) error) {
		dir := workdir(t)
		target := mkdir(t, dir, "target")
		for _, name := range hostileNames {
			o := layers(t, dir, name, "lower1", "lower2")
			o.Upper, o.Work = "", ""
			fs, err := o.FS()
			fatal(t, err)
			if err := mountAt(fs, target); err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			if !exists(target+"/in lower1") || !exists(target+"/in lower2") || unix.Access(target, unix.W_OK) != unix.EROFS {
				t.Errorf("%q: not both, or writable", name)
			}
			fatal(t, Unmount(target, NoFollow))
		}
	})
}

// A directory that replaces one of a lower layer is marked with an attribute, so that
// the files of that one do not come back.
func TestOverlayKeepsItsNotesInUserAttributes(t *testing.T) {
	overlays(t, func(t *testing.T, mountAt func(FS, string) error) {
		dir := workdir(t)
		if unix.Setxattr(dir, "user.test", nil, 0) != nil {
			nstest.Skip(t, "tmpfs has no user attributes (before Linux 6.6)")
		}
		o := layers(t, dir, "name", "lower")
		write(t, mkdir(t, o.Lower[0], "sub")+"/old")
		o.UserXattr = true
		fs, err := o.FS()
		fatal(t, err)
		target := mkdir(t, dir, "target")
		fatal(t, mountAt(fs, target))
		fatal(t, os.RemoveAll(target+"/sub"))
		mkdir(t, target, "sub")
		var value [4]byte
		n, err := unix.Getxattr(o.Upper+"/sub", "user.overlay.opaque", value[:])
		if err != nil || string(value[:n]) != "y" || exists(target+"/sub/old") {
			t.Errorf("the attribute is %q, %v", value[:max(n, 0)], err)
		}
	})
}

func TestReadOnlyOverlay(t *testing.T) {
	overlays(t, func(t *testing.T, mountAt func(FS, string) error) {
		dir := workdir(t)
		o := layers(t, dir, "name", "lower")
		o.ReadOnly, o.Data = true, "index=off"
		fs, err := o.FS()
		fatal(t, err)
		fatal(t, mountAt(fs, mkdir(t, dir, "target")))
		if got, _ := entry(t, dir+"/target"); !strings.HasPrefix(got, "ro") || !exists(dir+"/target/in upper") {
			t.Errorf("mounted with %s", got)
		}
	})
}

func TestOverlayOptions(t *testing.T) {
	o := Overlay{Lower: []string{"/a:b", `/c\d`}, Upper: "/u,p", Work: "/w", UserXattr: true, Data: "metacopy=on,volatile"}
	fs, err := o.FS()
	want := FS{Type: "overlay", Data: `lowerdir=/a\:b:/c\\d,upperdir=/u\,p,workdir=/w,userxattr,metacopy=on,volatile`}
	if err != nil || fs != want {
		t.Errorf("got %v, %v", fs, err)
	}
}

func TestOverlayRefusesWhatTheKernelWould(t *testing.T) {
	for _, row := range []struct {
		why  string
		o    Overlay
		want string
	}{
		{"nothing", Overlay{}, "an overlay needs a lower directory"},
		{"no lower", Overlay{Upper: "u", Work: "w"}, "an overlay needs a lower directory"},
		{"one lower alone", Overlay{Lower: []string{"a\x1b"}}, `needs two lower ones, and has only "a\x1b"`},
		{"no work", Overlay{Lower: []string{"a", "b"}, Upper: "u"}, "an upper and a work directory, or neither"},
		{"no upper", Overlay{Lower: []string{"a", "b"}, Work: "w"}, "an upper and a work directory, or neither"},
		{"an empty name", Overlay{Lower: []string{"a", "", "b"}}, "lower directory of an overlay is empty"},
	} {
		if _, err := row.o.FS(); !diag.IsUsage(err) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.why, err, row.want)
		}
	}
}

// mount(2) cuts off without a word what is longer than a page.
func TestOverlayOptionsFillAPage(t *testing.T) {
	overlays(t, func(t *testing.T, _ func(FS, string) error) {
		dir := workdir(t)
		o := layers(t, dir, "name", "lower")
		write(t, mkdir(t, dir, "last")+"/in last")
		o.Lower = append(o.Lower, "")
		limit := os.Getpagesize() - 1
		o.Lower[1] = dir + "/last"
		fs, err := o.FS()
		fatal(t, err)
		// Slashes make a path longer, and still the same.
		o.Lower[1] = dir + strings.Repeat("/", 1+limit-len(fs.Data)) + "last"
		if limit-len(fs.Data) > unix.PathMax-64 {
			nstest.Skip(t, "a page is longer than a path")
		}
		fs, err = o.FS()
		fatal(t, err)
		fatal(t, fs.Mount(mkdir(t, dir, "target")))
		if len(fs.Data) != limit || !exists(dir+"/target/in last") {
			t.Errorf("%d bytes do not show all", len(fs.Data))
		}
		o.Lower[1] += "/"
		_, err = o.FS()
		const want = "the names of the 4 directories of an overlay take 4096 bytes, and mount(2) takes 4095: use shorter names, such as relative ones"
		if !diag.IsUsage(err) || os.Getpagesize() == 4096 && err.Error() != want {
			t.Errorf("got %v", err)
		}
	})
}

// overlays runs fn in each place with each way to mount.
func overlays(t *testing.T, fn func(t *testing.T, mountAt func(FS, string) error)) {
	everywhere(t, func(t *testing.T) {
		fn(t, func(fs FS, target string) error {
			return fs.MountAt(point(t, target))
		})
	})
}

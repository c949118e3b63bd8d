//go:build linux

package mount

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var unchanged = Change{Propagation: Unchanged}

func point(t *testing.T, path string) Point {
	t.Helper()
	return Point{FD: openPath(t, path), Dir: openPath(t, filepath.Dir(path)), Name: filepath.Base(path)}
}

func TestBindAtShowsATreeWithItsMounts(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		sub, target := mkdir(t, dir, "source", "sub"), mkdir(t, dir, "target")
		fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOEXEC}.Mount(sub))
		write(t, sub+"/file")
		fatal(t, BindAt(openPath(t, dir+"/source"), point(t, target), true, unchanged))
		if !exists(target + "/sub/file") {
			t.Error("the mount below the source did not come along")
		}
		if options, _ := entry(t, target+"/sub"); !strings.Contains(options, "noexec") {
			t.Errorf("its flags are %s", options)
		}
	})
}

func TestBindAtShowsAFileOnAFile(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		write(t, dir+"/source")
		fatal(t, os.WriteFile(dir+"/target", nil, 0o644))
		fatal(t, BindAt(openPath(t, dir+"/source"), point(t, dir+"/target"), true, unchanged))
		if got, err := os.ReadFile(dir + "/target"); err != nil || string(got) != "x" {
			t.Errorf("the target reads %q, %v", got, err)
		}
	})
}

func TestBindAtGoesThroughTheDescriptorNotTheName(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		source, target, outside := mkdir(t, dir, "source"), mkdir(t, dir, "target"), mkdir(t, dir, "outside")
		write(t, source+"/file")
		at := point(t, target)
		fatal(t, os.Rename(target, dir+"/moved"))
		fatal(t, os.Symlink(outside, target))
		fatal(t, BindAt(openPath(t, source), at, true, unchanged))
		if exists(outside+"/file") || !exists(dir+"/moved/file") {
			t.Error("the mount followed the name")
		}
	})
}

func TestBindAtOfAnUnbindableMountFails(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		source, target := mkdir(t, dir, "source"), mkdir(t, dir, "target")
		fatal(t, SetPropagation(dir, Unbindable))
		err := BindAt(openPath(t, source), point(t, target), true, unchanged)
		if !errors.Is(err, unix.EINVAL) {
			t.Errorf("got %v", err)
		}
	})
}

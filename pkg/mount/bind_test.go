//go:build linux

package mount

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestBindFdShowsATreeWithItsMounts(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		sub, target := mkdir(t, dir, "source", "sub"), mkdir(t, dir, "target")
		fatal(t, FS{Type: "tmpfs", Flags: unix.MS_NOEXEC}.Mount(sub))
		write(t, sub+"/file")
		fatal(t, BindFd(openPath(t, dir+"/source"), openPath(t, target)))
		if !exists(target + "/sub/file") {
			t.Error("the mount below the source did not come along")
		}
		if options, _ := entry(t, target+"/sub"); !strings.Contains(options, "noexec") {
			t.Errorf("its flags are %s", options)
		}
	})
}

func TestBindFdShowsAFileOnAFile(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		write(t, dir+"/source")
		fatal(t, os.WriteFile(dir+"/target", nil, 0o644))
		fatal(t, BindFd(openPath(t, dir+"/source"), openPath(t, dir+"/target")))
		if got, err := os.ReadFile(dir + "/target"); err != nil || string(got) != "x" {
			t.Errorf("the target reads %q, %v", got, err)
		}
	})
}

func TestBindFdGoesThroughTheDescriptorNotTheName(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		source, target, outside := mkdir(t, dir, "source"), mkdir(t, dir, "target"), mkdir(t, dir, "outside")
		write(t, source+"/file")
		fd := openPath(t, target)
		fatal(t, os.Rename(target, dir+"/moved"))
		fatal(t, os.Symlink(outside, target))
		fatal(t, BindFd(openPath(t, source), fd))
		if exists(outside+"/file") || !exists(dir+"/moved/file") {
			t.Error("the mount followed the name")
		}
	})
}

func TestBindFdOfAnUnbindableMountFails(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		dir := workdir(t)
		source, target := mkdir(t, dir, "source"), mkdir(t, dir, "target")
		fatal(t, SetPropagation(dir, Unbindable))
		err := BindFd(openPath(t, source), openPath(t, target))
		if !errors.Is(err, unix.EINVAL) {
			t.Errorf("got %v", err)
		}
	})
}

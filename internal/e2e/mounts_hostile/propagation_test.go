//go:build linux

package mounts_hostile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// mountWatch notices every change of this mount namespace, however short: poll(2) of a mount
// table reports it until the table is read again.
type mountWatch struct{ fd int }

func watchMounts(t *testing.T) mountWatch {
	t.Helper()
	fd, err := unix.Open("/proc/self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return mountWatch{fd}
}

func (w mountWatch) changed(t *testing.T) bool {
	t.Helper()
	list := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLPRI}}
	n, err := unix.Poll(list, 0)
	must(t, err)
	return n > 0 && list[0].Revents&unix.POLLPRI != 0
}

// The watch must notice, or the test below says nothing.
func TestTheMountWatchNotices(t *testing.T) {
	inChild(t, func(t *testing.T, _ caller) {
		w := watchMounts(t)
		if w.changed(t) {
			t.Error("a change where there was none")
		}
		must(t, unix.Mount("tmpfs", "/mnt", "tmpfs", 0, ""))
		must(t, unix.Unmount("/mnt", 0))
		if !w.changed(t) {
			t.Error("a mount and its end were not noticed")
		}
	})
}

// Whatever the propagation of the caller's mounts is: outside nothing shows at any moment, and
// nothing is unmounted or stays.
func TestNothingShowsOutside(t *testing.T) {
	for _, row := range []struct {
		name   string
		flags  []uintptr
		inside []string
	}{
		{"shared", []uintptr{unix.MS_SHARED}, []string{"private", "slave", "unbindable", "shared", "unchanged"}},
		{"private", []uintptr{unix.MS_PRIVATE}, []string{"private", "shared"}},
		{"slave and shared", []uintptr{unix.MS_SHARED, unix.MS_SLAVE, unix.MS_SHARED}, []string{"private", "unchanged"}},
		{"unbindable", []uintptr{unix.MS_UNBINDABLE}, []string{"private", "slave"}},
	} {
		for _, propagation := range row.inside {
			t.Run(row.name+", --propagation="+propagation, func(t *testing.T) {
				inChild(t, func(t *testing.T, c caller) { startWatched(t, c, row.flags, propagation) })
			})
		}
	}
}

// startWatched starts nsrun in many ways while the mounts outside are watched.
func startWatched(t *testing.T, c caller, flags []uintptr, propagation string) {
	t.Helper()
	root, canary := rootOnTmpfs(t, c)
	src := source(t, root)
	sub := filepath.Join(root, "sub")
	must(t, os.Mkdir(sub, 0o755))
	must(t, unix.Mount("tmpfs", sub, "tmpfs", 0, "mode=777"))
	must(t, os.Mkdir(filepath.Join(sub, "there"), 0o777))
	for _, f := range flags {
		must(t, unix.Mount("", "/", "", f|unix.MS_REC, ""))
	}
	defer unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, "")
	before, w, worked := mountinfo(t, "self"), watchMounts(t), 0
	for _, options := range [][]string{
		{}, {"-v", src + ":/vol"}, {"-v", src + ":/sub/there"}, {"-v", src + ":/vol:slave"}, {"-v", src + ":/vol:shared"},
		{"--tmpfs=/sub/new", "--ro", "--mask=default"}, {"--dev=host", "--sys=rw"}, {"--tmpfs=/x/y", "--wd=/missing"},
		{"--no-pivot"}, {"--no-pivot", "-v", src + ":/vol:shared"}, {"--overlay", "--tmpfs=/sub/there"}, {"--overlay", "-v", src + ":/vol:slave"},
	} {
		r := nstest.Exec(t, c.nsrun(t, job(append([]string{"--propagation=" + propagation}, options...), root, "true")...))
		harmless(t, r, strings.Join(options, " "))
		if r.Code == 0 {
			worked++
		}
		if w.changed(t) {
			t.Errorf("%q (status %d): the mounts outside have changed:\n%s", options, r.Code, difference(before, mountinfo(t, "self")))
			detach(t, before)
			before, w = mountinfo(t, "self"), watchMounts(t)
		}
	}
	if worked < 5 && flags[0] != unix.MS_UNBINDABLE {
		t.Errorf("%d runs worked", worked)
	}
	canary.quiet(t)
}

// detach takes away what is mounted now and was not before.
func detach(t *testing.T, before string) {
	t.Helper()
	for line := range strings.Lines(mountinfo(t, "self")) {
		if !strings.Contains(before, line) {
			_ = unix.Unmount(strings.Fields(line)[4], unix.MNT_DETACH)
		}
	}
}

// Without a root file system: what is mounted is for the new namespace alone, unless its mounts
// are to be shared.
func TestNothingShowsOutsideWithoutARootfs(t *testing.T) {
	inChild(t, func(t *testing.T, c caller) {
		root, canary := rootOnTmpfs(t, c)
		src := source(t, root)
		must(t, unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""))
		defer unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, "")
		for _, propagation := range []string{"private", "slave", "unbindable"} {
			for _, options := range [][]string{{}, {"-v", src + ":" + root + "/etc"}, {"--tmpfs=" + root + "/etc"}, {"-v", src + ":/mnt:shared"},
				{"--mask=/etc/passwd"}, {"--ro-path=/usr"}, {"--proc=mount", "--pid"}} {
				w, before := watchMounts(t), mountinfo(t, "self")
				options = append([]string{"--mnt", "--propagation=" + propagation}, options...)
				r := nstest.Exec(t, c.nsrun(t, append(options, "true")...))
				harmless(t, r, strings.Join(options, " "))
				if w.changed(t) {
					t.Errorf("%q: the mounts outside have changed:\n%s", options, difference(before, mountinfo(t, "self")))
				}
			}
		}
		canary.quiet(t)
	})
}

//go:build linux

package mounts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// travel says which way a mount goes that is made while the command runs.
type travel struct{ in, out bool }

// sharedHost makes all mounts of the host shared, as systemd does, and returns dir/src with the
// directories in which mounts are made: here and, on a mount below it, in sub.
func sharedHost(t *testing.T, dir string) string {
	t.Helper()
	src := mkdir(t, dir, "src")
	mountAt(t, "tmpfs", src, "mode=755")
	mountAt(t, "tmpfs", src+"/sub", "mode=755")
	t.Cleanup(func() { _ = unix.Unmount(src, unix.MNT_DETACH) }) // a run that went wrong has done it
	for _, d := range []string{src, src + "/sub"} {
		mkdir(t, d, "outside")
		mkdir(t, d, "inside")
	}
	fatal(t, unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""))
	t.Cleanup(func() { fatal(t, unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, "")) })
	return src
}

// watch runs the command and, while it runs, mounts something outside and something inside, in
// place, which is at inside there.
func watch(t *testing.T, c caller, place, inside string, args ...string) travel {
	t.Helper()
	const script = `echo ---; read x
		ls "$1/outside"; echo ---
		mount -t tmpfs inside "$1/inside" && touch "$1/inside/seen"; echo ---; read x`
	run := start(t, c.nsrun(t, append(args, "sh", "-c", script, "sh", inside)...))
	run.section(t)
	outside := filepath.Join(place, "outside")
	mountAt(t, "tmpfs", outside, "mode=755")
	defer unix.Unmount(outside, unix.MNT_DETACH)
	write(t, outside+"/seen", "")
	run.goOn(t)
	seen := travel{in: strings.Contains(run.section(t), "seen")}
	run.section(t)
	_, err := os.Stat(place + "/inside/seen")
	seen.out = err == nil
	if seen.out {
		fatal(t, unix.Unmount(place+"/inside", unix.MNT_DETACH))
	}
	run.end(t)
	return seen
}

func wantTravel(t *testing.T, why string, got travel, in, out bool) {
	t.Helper()
	if got != (travel{in, out}) {
		t.Errorf("%s: outside to inside %v, inside to outside %v; want %v, %v", why, got.in, got.out, in, out)
	}
}

// A user namespace has the mounts of its caller as slaves: what is made inside stays there.
func TestPropagationOfTheNamespace(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		path := h.rootfs(t, root)
		mkdir(t, path, "outside")
		mkdir(t, path, "inside")
		src := sharedHost(t, h.dir)
		check := unchanged(t)
		for _, row := range []struct {
			word         string
			in, out      bool // of root
			userIn, user bool
		}{
			{"private", false, false, false, false},
			{"slave", true, false, true, false},
			{"shared", true, true, true, false},
			{"unbindable", false, false, false, false},
			{"unchanged", true, true, true, false},
		} {
			option := "--propagation=" + row.word
			t.Run(row.word, func(t *testing.T) {
				wantTravel(t, "the host's", watch(t, root, src, src, "--mnt", option), row.in, row.out)
				wantTravel(t, "the host's, below", watch(t, root, src+"/sub", src+"/sub", "--mnt", option), row.in, row.out)
				wantTravel(t, "the host's, by a user", watch(t, user, src, src, "--mnt", option), row.userIn, row.user)
				wantTravel(t, "the root's", watch(t, root, path, "/", "-p", option, path), row.in, row.out)
				wantTravel(t, "the root's, by a user", watch(t, user, path, "/", "-p", option, path), row.userIn, row.user)
				check(t, row.word)
			})
		}
	})
}

func TestPropagationOfAVolume(t *testing.T) {
	onEachHost(t, func(t *testing.T, h host) {
		path := h.rootfs(t, root)
		mkdir(t, path, "data")
		src := sharedHost(t, h.dir)
		dst := mkdir(t, h.dir, "dst")
		check := unchanged(t)
		for _, row := range []struct {
			word           string
			in, out        bool // of the volume itself
			subIn, subOut  bool // of the mount below it
			options, alone string
		}{
			{word: "", alone: "yes"},
			{word: ":private"},
			{word: ":rprivate"},
			{word: ":unbindable"},
			{word: ":runbindable"},
			{word: ":slave", in: true, alone: "yes"},
			{word: ":rslave", in: true, subIn: true, alone: "yes"},
			{word: ":shared", in: true, out: true, alone: "yes"},
			{word: ":rshared", in: true, out: true, subIn: true, subOut: true, alone: "yes"},
			{word: ":rshared,ro,nosuid", in: true, out: true, subIn: true, subOut: true},
			{word: ":rslave", in: true, subIn: true, options: "--propagation=slave"},
			{word: ":rprivate", options: "--propagation=slave"},
			{word: ":rprivate", options: "--propagation=shared"},
			{word: ":rslave", in: true, subIn: true, options: "--propagation=shared"},
			{word: ":rshared", in: true, out: true, subIn: true, subOut: true, options: "--propagation=unchanged"},
			{word: ":rshared", in: true, out: true, subIn: true, subOut: true, options: "--overlay"},
			{word: ":rslave", in: true, subIn: true, options: "--no-pivot"},
		} {
			t.Run(row.word+" "+row.options, func(t *testing.T) {
				args := append(strings.Fields(row.options), "-p", "-v", src+":/data"+row.word, path)
				wantTravel(t, "with ROOTFS", watch(t, root, src, "/data", args...), row.in, row.out)
				wantTravel(t, "with ROOTFS, below", watch(t, root, src+"/sub", "/data/sub", args...), row.subIn, row.subOut)
				wantTravel(t, "with ROOTFS, by a user", watch(t, user, src, "/data", args...), row.in, false)
				if row.alone != "" {
					args = []string{"-v", src + ":" + dst + row.word}
					wantTravel(t, "alone", watch(t, root, src, dst, args...), row.in, row.out)
					wantTravel(t, "alone, below", watch(t, root, src+"/sub", dst+"/sub", args...), row.subIn, row.subOut)
				}
				check(t, row.word)
			})
		}
	})
}

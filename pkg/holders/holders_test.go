//go:build linux

package holders

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

func TestOfAnIdleMount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		if diff := cmp.Diff(&Busy{Mountpoint: "/mnt/a"}, of(t, "/mnt/a")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOfAllThatHoldsAMount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a/b")
		tmpfs(t, "/mnt/a/b/c")
		file, err := os.Create("/mnt/a/file")
		fatal(t, err)
		defer file.Close()
		first := sleeper(t, "/mnt/a", file)
		second := sleeper(t, "/", file)
		sleeper(t, "/mnt/a/b") // of a mount below
		busy := of(t, "/mnt/a")
		for i := range busy.Holders {
			if busy.Holders[i].PID == os.Getpid() {
				t.Error("the caller is listed")
			}
		}
		want := &Busy{
			Mountpoint: "/mnt/a",
			Mounts:     []string{"/mnt/a/b", "/mnt/a/b/c"},
			Holders: []Holder{
				{PID: first, Command: "sleep", How: []string{"cwd", "fd 3"}},
				{PID: second, Command: "sleep", How: []string{"fd 3"}},
			},
		}
		if diff := cmp.Diff(want, busy); diff != "" {
			t.Error(diff)
		}
	})
}

// A path below the mount point stands for the mount as well.
func TestOfAPathOnTheMount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, os.Mkdir("/mnt/a/dir", 0o755))
		pid := sleeper(t, "/mnt/a")
		busy := of(t, "/mnt/a/dir")
		if busy.Mountpoint != "/mnt/a" || len(busy.Holders) != 1 || busy.Holders[0].PID != pid {
			t.Errorf("got %+v", busy)
		}
	})
}

func TestOfLeavesNothingOpen(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		pid := sleeper(t, "/mnt/a")
		of(t, "/mnt/a")
		fatal(t, unix.Kill(pid, unix.SIGKILL))
		for unix.Kill(pid, 0) == nil {
			continue
		}
		fatal(t, unix.Unmount("/mnt/a", 0))
	})
}

func TestOfSwapFiles(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		const table = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" +
			"/mnt/a/sw\\040ap\\134                     file\t\t1020\t\t0\t\t-2\n" +
			"/mnt/other                              file\t\t1020\t\t0\t\t-2\n" +
			"/mnt/a/device                           partition\t\t1020\t\t0\t\t-2\n" +
			"/mnt/a/removed\\040(deleted)            file\t\t1020\t\t0\t\t-2\n"
		fatal(t, os.WriteFile("/mnt/swaps", []byte(table), 0o644))
		fatal(t, os.WriteFile("/mnt/a/sw ap\\", nil, 0o600))
		fatal(t, unix.Mount("/mnt/swaps", "/proc/swaps", "", unix.MS_BIND, ""))
		want := []string{"/mnt/a/sw ap\\", "/mnt/a/removed (deleted)"}
		if diff := cmp.Diff(want, of(t, "/mnt/a").Swaps); diff != "" {
			t.Error(diff)
		}
	})
}

// Users of a file that has no name any more, in a place that has none.
func TestOfUsersOfRemovedFiles(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		file, err := os.Create("/mnt/a/file")
		fatal(t, err)
		pid := sleeper(t, "/", file)
		fatal(t, os.Remove("/mnt/a/file"))
		fatal(t, file.Close())
		want := []Holder{{PID: pid, Command: "sleep", How: []string{"fd 3"}}}
		if diff := cmp.Diff(want, of(t, "/mnt/a").Holders); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOfAPlainUserCountsTheOthers(t *testing.T) {
	nstest.RequireRoot(t)
	nstest.Sleeper(t) // root's
	nstest.InChild(t, nstest.Child{User: true}, func(t *testing.T) {
		busy := of(t, "/tmp")
		if busy.Unseen < 1 {
			t.Errorf("%d processes unseen; want root's", busy.Unseen)
		}
	})
}

func TestOfWhatIsNotThere(t *testing.T) {
	if _, err := Of("/proc/self/none"); !errors.Is(err, unix.ENOENT) {
		t.Errorf("error %v, want ENOENT", err)
	}
}

func TestOfAMountOfNoNamespace(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, os.Chdir("/mnt/a"))
		fatal(t, unix.Unmount("/mnt/a", unix.MNT_DETACH))
		if _, err := Of("."); !errors.Is(err, unix.EINVAL) {
			t.Errorf("error %v, want EINVAL", err)
		}
		fatal(t, os.Chdir("/"))
	})
}

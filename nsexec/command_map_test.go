//go:build linux && cgo

package nsexec_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

// showMaps prints what the id maps of the command are, one to a line.
const showMaps = `for f in uid_map gid_map setgroups; do echo $(cat /proc/self/$f); done; id -u; id -g`

func wantLines(t *testing.T, cmd *nsexec.Cmd, want ...string) {
	t.Helper()
	output, err := cmd.CombinedOutput()
	if got := strings.TrimSuffix(string(output), "\n"); err != nil || got != strings.Join(want, "\n") {
		t.Errorf("%v\ngot:\n%s\nwant:\n%s", err, output, strings.Join(want, "\n"))
	}
}

func testOneLineMaps(t *testing.T) {
	uid, gid := os.Geteuid(), os.Getegid()
	inherited, err := os.ReadFile("/proc/self/setgroups") // a user namespace has it from its parent
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range []nsfs.Kind{0, nsfs.UTS, nsfs.PID} { // with and without a fork
		kinds := nsfs.User | more
		wantLines(t, nsexec.Command(nsexec.Config{Create: kinds, Map: nsexec.MapRoot}, "sh", "-c", showMaps),
			fmt.Sprintf("0 %d 1", uid), fmt.Sprintf("0 %d 1", gid), "deny", "0", "0")
		wantLines(t, nsexec.Command(nsexec.Config{Create: kinds, Map: nsexec.MapCurrent}, "sh", "-c", showMaps),
			fmt.Sprintf("%d %d 1", uid, uid), fmt.Sprintf("%d %d 1", gid, gid), "deny", fmt.Sprint(uid), fmt.Sprint(gid))
		wantLines(t, nsexec.Command(nsexec.Config{Create: kinds}, "sh", "-c", showMaps),
			"", "", strings.TrimSpace(string(inherited)), "65534", "65534")
	}
}

func TestMap(t *testing.T) {
	nstest.RequireUserNS(t)
	t.Run("root", func(t *testing.T) {
		nstest.RequireRoot(t)
		testOneLineMaps(t)
	})
	t.Run("user", func(t *testing.T) {
		nstest.InChild(t, nstest.Child{User: true}, testOneLineMaps)
	})
}

func TestMapsWrittenByTheCaller(t *testing.T) {
	nstest.RequireRoot(t)
	uids := []nsexec.IDMap{{Inner: 0, Outer: nstest.UserID, Count: 1}, {Inner: 1, Outer: 100000, Count: 4294867294}}
	gids := []nsexec.IDMap{{Inner: 0, Outer: 7, Count: 3}}
	for _, more := range []nsfs.Kind{0, nsfs.PID, nsfs.Mnt | nsfs.Time} {
		if !nsfs.Supported(more) {
			continue
		}
		config := nsexec.Config{Create: nsfs.User | more, UIDMap: uids, GIDMap: gids}
		wantLines(t, nsexec.Command(config, "sh", "-c", showMaps),
			fmt.Sprintf("0 %d 1 1 100000 4294867294", nstest.UserID), "0 7 3", "allow", "65534", "65534")
	}
	config := nsexec.Config{Create: nsfs.User, UIDMap: []nsexec.IDMap{{Count: 65536}}, GIDMap: []nsexec.IDMap{{Count: 65536}}}
	wantLines(t, nsexec.Command(config, "sh", "-c", showMaps), "0 0 65536", "0 0 65536", "allow", "0", "0")
	wantLines(t, nsexec.Command(nsexec.Config{Create: nsfs.User, UIDMap: []nsexec.IDMap{{Count: 2}}}, "sh", "-c", showMaps),
		"0 0 2", "", "allow", "0", "65534")
}

// The kernel's refusal is the caller's error, and nothing is left that waits for a map.
func TestMapsThatAreRefused(t *testing.T) {
	nstest.RequireRoot(t)
	one := []nsexec.IDMap{{Count: 1}}
	for _, tc := range []struct {
		name   string
		config nsexec.Config
		want   unix.Errno
	}{
		{"overlapping lines", nsexec.Config{Create: nsfs.User, UIDMap: append(one, one...)}, unix.EINVAL},
		{"no ids", nsexec.Config{Create: nsfs.User, GIDMap: []nsexec.IDMap{{}}}, unix.EINVAL},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cmd := nsexec.Command(tc.config, "true")
			err := cmd.Start()
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			wantGone(t, cmd)
		})
	}
}

func TestMapsOfAnUnprivilegedCaller(t *testing.T) {
	nstest.RequireUserNS(t)
	nstest.InChild(t, nstest.Child{User: true}, func(t *testing.T) {
		cmd := nsexec.Command(nsexec.Config{Create: nsfs.User, UIDMap: []nsexec.IDMap{{Count: 65536}}}, "true")
		if err := cmd.Start(); !errors.Is(err, unix.EPERM) {
			t.Errorf("got %v, want EPERM", err)
		}
		wantGone(t, cmd)
	})
}

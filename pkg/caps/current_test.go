//go:build linux

package caps

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { nstest.Main(m) }

var places = []struct {
	name  string
	child nstest.Child
}{
	{"as root", nstest.Child{}},
	{"as a plain user", nstest.Child{User: true}},
	{"as a user in a user namespace", nstest.Child{Cloneflags: unix.CLONE_NEWUSER, User: true, MapUser: true}},
}

func TestCurrentIsWhatTheKernelShows(t *testing.T) {
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, func(t *testing.T) {
				runtime.LockOSThread()
				compare(t)
			})
		})
	}
}

func TestCurrentWithFiveDifferentSets(t *testing.T) {
	for _, place := range places {
		if place.child.User && !place.child.MapUser {
			continue // who has no capabilities cannot arrange them
		}
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, fiveSets)
		})
	}
}

// fiveSets makes all sets different, so that none can be taken for another.
func fiveSets(t *testing.T) {
	runtime.LockOSThread() // and never unlocked: the thread ends with the test
	if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_BPF, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	permitted := Of(unix.CAP_CHOWN, unix.CAP_KILL, unix.CAP_SYSLOG)
	inheritable := Of(unix.CAP_KILL, unix.CAP_SYSLOG)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := [2]unix.CapUserData{
		{Permitted: uint32(permitted), Effective: 1 << unix.CAP_CHOWN, Inheritable: uint32(inheritable)},
		{Permitted: uint32(permitted >> 32), Inheritable: uint32(inheritable >> 32)},
	}
	if err := unix.Capset(&header, &data[0]); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, unix.CAP_SYSLOG, 0, 0); err != nil {
		t.Fatal(err)
	}
	got := compare(t)
	want := Sets{
		Bounding: got.Bounding, Permitted: permitted, Effective: Of(unix.CAP_CHOWN),
		Inheritable: inheritable, Ambient: Of(unix.CAP_SYSLOG),
	}
	if got != want || got.Bounding.Has(unix.CAP_BPF) || !got.Bounding.Has(unix.CAP_CHOWN) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func compare(t *testing.T) Sets {
	t.Helper()
	got, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/thread-self/status")
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]Set{
		"CapBnd": got.Bounding, "CapPrm": got.Permitted, "CapEff": got.Effective,
		"CapInh": got.Inheritable, "CapAmb": got.Ambient,
	} {
		if line := fmt.Sprintf("%s:\t%016x\n", name, uint64(set)); !strings.Contains(string(status), line) {
			t.Errorf("%q is not in\n%s", line, status)
		}
	}
	return got
}

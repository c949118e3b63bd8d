//go:build linux

package inroot

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"nskit.dev/nskit/internal/nstest"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// places are who calls, and from where.
var places = []struct {
	name  string
	child nstest.Child
}{
	{"as root", nstest.Child{}},
	{"as a user in a user namespace", nstest.Child{Cloneflags: unix.CLONE_NEWUSER, User: true, MapUser: true}},
}

// everywhere runs fn in each place, with openat2(2) and without it. No descriptor may be
// open at its end that was not at its begin.
func everywhere(t *testing.T, fn func(t *testing.T)) {
	for _, place := range places {
		for _, walk := range []bool{false, true} {
			name := place.name + ", openat2"
			if walk {
				name = place.name + ", walk"
			}
			t.Run(name, func(t *testing.T) {
				nstest.InChild(t, place.child, func(t *testing.T) {
					forceWalk = walk
					before := descriptors(t)
					fn(t)
					if after := descriptors(t); after != before {
						t.Errorf("%d descriptors are open, before there were %d", after, before)
					}
				})
			})
		}
	}
}

// Whatever way the call is missing, all is as with it.
func TestWithoutOpenat2(t *testing.T) {
	for _, row := range []struct {
		name  string
		errno unix.Errno
	}{
		{"an old kernel", unix.ENOSYS},
		{"a filter that does not know it", unix.EPERM},
	} {
		t.Run(row.name, func(t *testing.T) {
			args := append(nstest.Deny(t, row.errno, "openat2"), os.Args[0], "-test.count=1", "-test.run=^Test(Paths|Create|NoOpenat2)")
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Env = append(os.Environ(), "INROOT_TEST_NO_OPENAT2=1")
			if r := nstest.Exec(t, cmd); r.Code != 0 {
				t.Errorf("exit status %d\n%s%s", r.Code, r.Stdout, r.Stderr)
			}
		})
	}
}

// The filter of TestWithoutOpenat2 is there.
func TestNoOpenat2(t *testing.T) {
	fd, err := openat2(unix.AT_FDCWD, "/", openNoLinks)
	closeFD(fd)
	if os.Getenv("INROOT_TEST_NO_OPENAT2") != "" && !noCall(err) {
		t.Errorf("openat2: %v", err)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	fatal(t, err)
	return len(all)
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// failed checks that err is want.
func failed(t *testing.T, why string, err error, want unix.Errno) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %s", why, err, unix.ErrnoName(want))
	}
}

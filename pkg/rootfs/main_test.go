//go:build linux

package rootfs

import (
	"runtime"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/plan"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { nstest.Main(m) }

// place is who calls, and from where.
type place struct {
	name  string
	child nstest.Child
	user  bool
}

var places = []place{
	{name: "as root", child: nstest.Child{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWIPC}},
	{name: "as a user in a user namespace", user: true, child: nstest.Child{
		Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWIPC, User: true, MapUser: true}},
}

// everywhere runs fn in a child in each place, with what the steps are to know of it.
func everywhere(t *testing.T, fn func(t *testing.T, c Config)) {
	t.Helper()
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			nstest.InChild(t, p.child, func(t *testing.T) {
				fn(t, Config{NewPID: true, NewIPC: true, NewUser: p.user || inUserNamespace(t)})
			})
		})
	}
}

// run does the steps of c in a mount namespace of their own, as nsrun does, and then
// calls inside there. The rest of the process stays outside, and can look at what
// happened there: the thread has its own mount namespace, root, working directory and
// umask, and ends with the goroutine. /proc/self is the outside, /proc/thread-self the
// inside; in there t.Fatal cannot be called.
func run(t *testing.T, c Config, inside func()) error {
	t.Helper()
	return runAfter(t, func() {}, c, inside)
}

// runAfter is run with something to do in the new mount namespace first.
func runAfter(t *testing.T, prepare func(), c Config, inside func()) error {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- func() error {
			if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
				return err
			}
			unix.Umask(0o077)
			prepare()
			steps, err := c.Steps()
			if err != nil {
				return err
			}
			if err := plan.Run(steps); err != nil {
				return err
			}
			if mask := unix.Umask(0o022); mask != 0o077 {
				t.Errorf("the umask has become %#o", mask)
			}
			inside()
			return nil
		}()
	}()
	return <-done
}

//go:build linux

package privileges_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// What this test binary does as the command of a run, in place of its tests.
const (
	powerArg = "-use-capabilities"
	askArg   = "-ask-system-calls"
	pushArg  = "-push-into-terminal"
)

func init() {
	if len(os.Args) < 2 {
		return
	}
	switch os.Args[1] {
	case powerArg:
		power(os.Args[2])
	case askArg:
		ask()
	case pushArg:
		push()
	default:
		return
	}
	os.Exit(0)
}

// helper is a copy of this test binary, which every user may execute.
func helper(t *testing.T) string {
	t.Helper()
	path := filepath.Join(nstest.TempDir(t), "helper")
	copyFile(t, "/proc/self/exe", path, 0o755)
	return path
}

func copyFile(t *testing.T, from, to string, mode uint32) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o755))
	must(t, unix.Chmod(to, mode))
}

// answer prints how a call ended.
func answer(name string, err error) {
	word := "ok"
	if errno, ok := err.(unix.Errno); ok && errno != 0 {
		word = unix.ErrnoName(errno)
	}
	fmt.Printf("%s: %s\n", name, word)
}

// power tries what needs CAP_NET_BIND_SERVICE, CAP_SYS_ADMIN and CAP_CHOWN.
func power(file string) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrInet4{Port: 80})
	}
	answer("bind", err)
	answer("sethostname", unix.Sethostname([]byte("changed")))
	if file != "" {
		answer("chown", unix.Chown(file, nstest.UserID, nstest.UserID))
	}
}

// push puts a character into the input of the terminal that is standard input: CVE-2017-5226.
// The kernel lets whoever it is the controlling terminal of, and CAP_SYS_ADMIN in the initial
// user namespace on any terminal.
func push() {
	character := [1]byte{'!'}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, 0, unix.TIOCSTI, uintptr(unsafe.Pointer(&character)))
	answer("TIOCSTI", errno)
}

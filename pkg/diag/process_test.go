//go:build linux

package diag

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

// provoke creates namespaces as a program would, in a child: a Go program has
// threads, which may create no user namespace.
func provoke(kinds nsfs.Kind) unix.Errno {
	cmd := exec.Command("/proc/self/exe", askArg, "exit")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr // in a chroot is no /dev/null
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: uintptr(kinds)}
	return Errno(cmd.Run())
}

// nest starts itself in a namespace in a namespace until that fails.
func nest(request []string, attr *syscall.SysProcAttr, kind nsfs.Kind) int {
	cmd := exec.Command("/proc/self/exe", askArg, request[0])
	cmd.SysProcAttr = attr
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Start()
	if errno := Errno(err); errno != 0 {
		return tell(errno, HintCreate(kind, errno))
	}
	if err = cmd.Wait(); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// mappedUser are the attributes of root in a user namespace and more.
func mappedUser(more uintptr) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | more,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
}

// asUser are the attributes of an unprivileged process.
func asUser() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nstest.UserID, Gid: nstest.UserID}}
}

func openPidfd(pid int) unix.Errno {
	fd, err := unix.PidfdOpen(pid, 0)
	if err == nil {
		unix.Close(fd)
	}
	return Errno(err)
}

// enterChroot changes the root of this process, which is not the test's.
func enterChroot(dir string) error {
	if err := unix.Chroot(dir); err != nil {
		return err
	}
	return unix.Chdir("/")
}

// dropCapabilities takes capabilities from the calling thread, by number.
func dropCapabilities(numbers []string) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		panic(err)
	}
	for _, word := range numbers {
		i := integer(word)
		data[i/32].Effective &^= 1 << (i % 32)
		data[i/32].Permitted &^= 1 << (i % 32)
	}
	if err := unix.Capset(&header, &data[0]); err != nil {
		panic(err)
	}
}

// hold starts a process that does nothing until the test ends, and returns its
// PID once it has executed its program.
func hold(t *testing.T, attr *syscall.SysProcAttr) int {
	t.Helper()
	return start(t, attr, "/bin/cat")
}

// holdProtected is hold for a process that is not dumpable.
func holdProtected(t *testing.T, attr *syscall.SysProcAttr) int {
	t.Helper()
	return start(t, attr, "/proc/self/exe", askArg, "protected")
}

// start starts a program that copies its input to its output until that ends.
func start(t *testing.T, attr *syscall.SysProcAttr, args ...string) int {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = attr
	input, err1 := cmd.StdinPipe()
	output, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		_ = cmd.Wait()
	})
	_, err := input.Write([]byte("ready\n"))
	line, readErr := bufio.NewReader(output).ReadString('\n')
	if err != nil || line != "ready\n" {
		t.Fatalf("%q: %v, %q, %v", args, err, line, readErr)
	}
	return cmd.Process.Pid
}

func stayProtected() int {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		fmt.Println(err)
		return 1
	}
	_, _ = io.Copy(os.Stdout, os.Stdin)
	return 0
}

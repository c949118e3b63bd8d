//go:build linux

package diag

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

const askEnv = "DIAG_TEST_ASK"

// The test binary is also a process that makes one call, finds the hint for
// its failure, and prints both: for situations that only a process can be in,
// such as a user namespace, and not a thread of a test.
func init() {
	request := strings.Fields(os.Getenv(askEnv))
	if len(request) == 0 {
		return
	}
	var number int
	if len(request) > 1 {
		number, _ = strconv.Atoi(request[1])
	}
	switch request[0] {
	case "create":
		errno := provoke(nsfs.Kind(number))
		answer(errno, HintCreate(nsfs.Kind(number), errno))
	case "nest":
		nest(mappedUser(0), nsfs.User)
	case "nestpid":
		nest(&syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID}, nsfs.PID)
	case "proc":
		errno := Errno(unix.Mount("proc", request[1], "proc", 0, ""))
		answer(errno, HintProc(errno))
	case "pidfd":
		fd, err := unix.PidfdOpen(number, 0)
		if err == nil {
			unix.Close(fd)
		}
		answer(Errno(err), HintTarget(number, Errno(err)))
	case "open":
		dropCapabilities(request[2:])
		_, err := os.Open("/proc/" + request[1] + "/ns/uts")
		answer(Errno(err), HintJoin(number, nsfs.UTS, Errno(err)))
	case "setns":
		errno := setns("/proc/" + request[1] + "/ns/uts")
		answer(errno, HintJoin(number, nsfs.UTS, errno))
	}
	os.Exit(0)
}

// answer prints what ask returns.
func answer(errno unix.Errno, hint string) {
	fmt.Printf("%s\n%s\n", unix.ErrnoName(errno), hint)
}

// ask starts that process, and returns the hint after having checked the errno.
func ask(t *testing.T, want unix.Errno, attr *syscall.SysProcAttr, request string) (hint string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), askEnv+"="+request)
	cmd.SysProcAttr = attr
	result := nstest.Exec(t, cmd)
	errno, hint, ok := strings.Cut(result.Stdout, "\n")
	if result.Code != 0 || !ok {
		t.Fatalf("%q ended with %d: %s%s", request, result.Code, result.Stdout, result.Stderr)
	}
	if errno != unix.ErrnoName(want) {
		t.Fatalf("%q: errno %q, want %q; hint: %s", request, errno, unix.ErrnoName(want), hint)
	}
	return strings.TrimSpace(hint)
}

// provoke creates namespaces as a program would, in a child: a Go program has
// threads, which may create no user namespace.
func provoke(kinds nsfs.Kind) unix.Errno {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{askEnv + "=exit"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: uintptr(kinds)}
	return Errno(cmd.Run())
}

// nest starts itself in a namespace in a namespace until that fails.
func nest(attr *syscall.SysProcAttr, kind nsfs.Kind) {
	cmd := exec.Command("/proc/self/exe")
	cmd.SysProcAttr = attr
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
	err := cmd.Start()
	if errno := Errno(err); errno != 0 {
		answer(errno, HintCreate(kind, errno))
	} else if err = cmd.Wait(); err != nil {
		fmt.Println(err)
	}
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

func setns(file string) unix.Errno {
	ns, err := os.Open(file)
	if err != nil {
		return Errno(err)
	}
	defer ns.Close()
	return Errno(unix.Setns(int(ns.Fd()), 0))
}

// dropCapabilities takes capabilities from the calling thread, by number.
func dropCapabilities(numbers []string) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		panic(err)
	}
	for _, n := range numbers {
		i, err := strconv.Atoi(n)
		if err != nil {
			panic(err)
		}
		data[i/32].Effective &^= 1 << (i % 32)
		data[i/32].Permitted &^= 1 << (i % 32)
	}
	if err := unix.Capset(&header, &data[0]); err != nil {
		panic(err)
	}
}

// hold starts a process that does nothing until the test ends, and returns its PID.
func hold(t *testing.T, attr *syscall.SysProcAttr) int {
	t.Helper()
	cmd := exec.Command("/bin/cat")
	cmd.SysProcAttr = attr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		_ = cmd.Wait()
	})
	return cmd.Process.Pid
}

// onThread runs f on a thread that ends with it, since what it does to the
// thread (a filter, a root, a namespace) cannot be undone.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: Go ends the thread with the goroutine
		f()
	}()
	<-done
}

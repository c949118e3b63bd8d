//go:build linux

package diag

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

// targetRefused provokes the failure of pinning a process and returns the hint.
func targetRefused(t *testing.T, pid int, want ...unix.Errno) (hint string) {
	t.Helper()
	errno := openPidfd(pid)
	for _, e := range want {
		if errno == e {
			return HintTarget(pid, errno)
		}
	}
	t.Fatalf("pidfd_open(%d): errno %q, want %v", pid, unix.ErrnoName(errno), want)
	return ""
}

// In a PID namespace of its own no other process can have been given the number.
func TestTargetThatHasEnded(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		cmd := exec.Command("/proc/self/exe", askArg, "exit")
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		pid := cmd.Process.Pid
		says(t, targetRefused(t, pid, unix.ESRCH), "there is no process "+strconv.Itoa(pid)+" in this PID namespace")
	})
}

func TestTargetsThatAreNoPID(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		says(t, targetRefused(t, 0, unix.EINVAL), "0 is no PID")
		says(t, targetRefused(t, -1, unix.EINVAL), "-1 is no PID")
		most, known := number("/proc/sys/kernel/pid_max")
		if !known {
			t.Fatal("no pid_max")
		}
		says(t, targetRefused(t, int(most)+1, unix.ESRCH), "larger than any PID here", strconv.Itoa(int(most)))
	})
}

func TestTargetThatIsAZombie(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		cmd := exec.Command("/proc/self/exe", askArg, "exit")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = cmd.Wait() }()
		pid := cmd.Process.Pid
		if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
			t.Fatal(err)
		}
		_, err := os.Open("/proc/" + strconv.Itoa(pid) + "/ns/uts")
		if Errno(err) != unix.ENOENT {
			t.Fatalf("open its namespace: %v, want ENOENT", err)
		}
		says(t, HintJoin(pid, nsfs.UTS, unix.ENOENT), "is a zombie", "its parent, process "+strconv.Itoa(os.Getpid()))
	})
}

func TestTargetThatIsAThread(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		tid := unix.Gettid()
		if tid == os.Getpid() {
			t.Fatal("on the main thread")
		}
		// Linux 6.16 says ENOENT.
		says(t, targetRefused(t, tid, unix.EINVAL, unix.ENOENT), "is a thread of process 1: give 1")
	})
}

func TestTargetThatIsAThreadOfTheKernel(t *testing.T) {
	nstest.RequireRoot(t)
	if !here.kernelThread(2) {
		nstest.Skip(t, "process 2 is no thread of the kernel: not in the initial PID namespace")
	}
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		says(t, ask(t, unix.EACCES, asUser(), "open 2"), "process 2 (kthreadd) is a thread of the kernel")
	})
}

func TestTargetThatProcDoesNotShow(t *testing.T) {
	nstest.InChild(t, ownProc, func(t *testing.T) {
		attr := mappedUser(unix.CLONE_NEWPID)
		says(t, ask(t, unix.ESRCH, attr, "pidfd 4000"), "/proc belongs to another PID namespace", "mount a fresh /proc")
	})
}

func TestTargetHiddenByHidepid(t *testing.T) {
	nstest.RequireRoot(t)
	for option, want := range map[string]struct {
		errno unix.Errno
		words string
	}{
		"hidepid=1": {unix.EPERM, "which shuts process"},
		"hidepid=2": {unix.ENOENT, "which hides other users' processes"},
	} {
		t.Run(option, func(t *testing.T) {
			nstest.InChild(t, ownProc, func(t *testing.T) {
				if err := unix.Mount("proc", "/proc", "proc", 0, option); err != nil {
					t.Fatal(err)
				}
				pid := hold(t, nil)
				says(t, ask(t, want.errno, asUser(), about("open", pid)), "/proc is mounted with hidepid", want.words, "as root")
			})
		})
	}
}

//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// There is one spelling of each PID: another could be read as another number.
func TestWhatIsNoPID(t *testing.T) {
	for _, pid := range []string{"0", "-1", "01", "0x10", "+1", " 1", "1 ", "1a", "1.0", "", "self", "2147483648", "99999999999999999999", "١"} {
		for _, options := range [][]string{{"-t", pid}, {"--target=" + pid}, {"--target", pid}} {
			refused(t, join(t, plain, append(options, "true")...), 125)
		}
		refused(t, join(t, plain, "-t", pid, "true"), 125, "target", "PID")
	}
	refused(t, join(t, plain, "-t", "\x1b]0;title\a", "true"), 125, "PID")
}

func TestTargetsThatAreNoProcess(t *testing.T) {
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	zombie := exec.Command("true")
	start(t, zombie)
	until(t, "a zombie", func() bool { return status(statusOf(t, zombie.Process.Pid), "State") == "Z (zombie)" })
	most, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		t.Fatal(err)
	}
	pidMax, err := strconv.Atoi(strings.TrimSpace(string(most)))
	if err != nil {
		t.Fatal(err)
	}
	callers(t, func(t *testing.T, who caller) {
		for _, row := range []struct {
			name  string
			pid   int
			words []string
		}{
			{"dead", dead.Process.Pid, []string{"no process", "ended"}},
			{"a zombie", zombie.Process.Pid, []string{"zombie", strconv.Itoa(os.Getpid())}},
			{"a thread", threadOf(t, os.Getpid()), []string{"thread of process " + strconv.Itoa(os.Getpid())}},
			{"above pid_max", pidMax + 1, []string{"larger", "pid_max", strconv.Itoa(pidMax)}},
			{"the largest number", 1<<31 - 1, []string{"larger", "pid_max"}},
			{"a thread of the kernel", kernelThread(t), []string{"thread of the kernel"}},
		} {
			for _, options := range []string{"", "-u", "-m -p"} {
				t.Run(row.name+" "+options, func(t *testing.T) {
					args := append([]string{"-t", strconv.Itoa(row.pid)}, strings.Fields(options)...)
					refused(t, join(t, who, append(args, "true")...), 125, append(row.words, strconv.Itoa(row.pid))...)
				})
			}
		}
	})
}

// threadOf is a thread of a process that is not its first.
func threadOf(t *testing.T, pid int) int {
	t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*", pid))
	for _, task := range tasks {
		if tid, err := strconv.Atoi(filepath.Base(task)); err == nil && tid != pid {
			return tid
		}
	}
	t.Fatal("this process has one thread only")
	return 0
}

// A pidfd of a thread cannot be had, but its directory in /proc can.
func TestAThreadWithoutPidfds(t *testing.T) {
	thread := strconv.Itoa(threadOf(t, os.Getpid()))
	callers(t, func(t *testing.T, who caller) {
		for _, options := range []string{"", "-u"} {
			args := append([]string{"-t", thread}, append(strings.Fields(options), "true")...)
			r := nstest.Exec(t, deny(t, unix.ENOSYS, []string{"pidfd_open"}, as(who, nstest.Tool(t, "nsjoin"), args...)))
			refused(t, r, 125, "thread of process "+strconv.Itoa(os.Getpid()))
		}
	})
}

// kernelThread is kthreadd, the parent of all the others, where these show.
func kernelThread(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/2/status")
	if err != nil || status(string(text), "Name") != "kthreadd" {
		nstest.Skip(t, "no threads of the kernel show in this PID namespace")
	}
	return 2
}

// Oneself and one's parent are where one is: there is nothing to join, and no harm done.
func TestNsjoinsOwnParentAndItself(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		for _, row := range []struct{ name, script string }{
			{"itself", `exec "$0" -t $$ echo here`},
			{"its parent", `"$0" -t $$ echo here; exit $?`},
			{"itself, by name", `exec "$0" -U -m -u -t $$ echo here`},
			{"its parent, all", `"$0" -a -t $$ echo here; exit $?`},
		} {
			t.Run(row.name, func(t *testing.T) {
				cmd := as(who, "sh", "-c", row.script, nstest.Tool(t, "nsjoin"))
				if got := well(t, nstest.Exec(t, cmd)); got != "here" {
					t.Errorf("got %q", got)
				}
			})
		}
	})
}

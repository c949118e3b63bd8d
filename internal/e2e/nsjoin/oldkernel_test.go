//go:build linux

package nsjoin_test

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// older are kernels, or filters, without what nsjoin would use.
var older = []struct {
	name   string
	errno  []unix.Errno
	denied []string
}{
	{"no pidfd_open", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"pidfd_open"}},
	{"setns of one kind at a time", []unix.Errno{unix.EINVAL}, []string{"setns:several"}},
	{"no clone3", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"clone3"}},
	{"no close_range", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"close_range"}},
	{"no open_tree", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"open_tree"}},
	{"no mount_setattr", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"mount_setattr"}},
	{"no memfd_create", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"memfd_create", "open_tree"}},
	{"no openat2", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"openat2"}},
	{"no execveat", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"execveat"}},
	{"none of these", []unix.Errno{unix.ENOSYS, unix.EPERM}, []string{"pidfd_open", "clone3", "close_range",
		"open_tree", "mount_setattr", "memfd_create", "openat2", "execveat", "faccessat2", "statx"}},
}

func eachOlder(t *testing.T, fn func(t *testing.T, prefix []string)) {
	for _, row := range older {
		for _, errno := range row.errno {
			t.Run(fmt.Sprintf("%s: %v", row.name, errno), func(t *testing.T) {
				fn(t, nstest.Deny(t, errno, row.denied...))
			})
		}
	}
}

func TestOlderKernels(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := inUserNS(t, who)
		pid := strconv.Itoa(target)
		nsjoin := nstest.Tool(t, "nsjoin")
		eachOlder(t, func(t *testing.T, prefix []string) {
			cmd := after(prefix, as(who, nsjoin, "-t", pid))
			cmd.ExtraFiles = append(cmd.ExtraFiles, tempFile(t), tempFile(t))
			joiner := sleeperIn(t, cmd)
			checkNamespaces(t, joiner, target, others(t, target))
			checkDescriptors(t, joiner)

			run := func(args ...string) nstest.Result {
				return nstest.Exec(t, after(prefix, as(who, nsjoin, append([]string{"-t", pid}, args...)...)))
			}
			if r := run("sh", "-c", "exit 41"); r.Code != 41 || r.Stderr != "" {
				t.Errorf("exit status %d, want 41: %s", r.Code, r.Stderr)
			}
			if r := run("/nonexistent"); r.Code != 127 {
				t.Errorf("exit status %d, want 127: %s", r.Code, r.Stderr)
			}
			if r := run("--help"); r.Code != 0 || r.Stderr != "" {
				t.Errorf("--help: exit status %d: %s", r.Code, r.Stderr)
			}
			// without a command Go has to look for a shell first
			shell := after(prefix, as(who, nsjoin, "-t", pid))
			shell.Stdin = strings.NewReader("exit 40\n")
			if r := nstest.Exec(t, shell); r.Code != 40 || r.Stderr != "" {
				t.Errorf("exit status of the shell %d, want 40: %s", r.Code, r.Stderr)
			}
		})
	})
}

// What the kernel has no namespaces of is not joined with the rest, and is an error by name.
func TestAKernelOfTenYearsAgo(t *testing.T) {
	root.require(t)
	target := namespaces(t, root)
	pid := strconv.Itoa(target)
	prefix := nstest.OldKernel(t)
	nsjoin := nstest.Tool(t, "nsjoin")
	joiner := sleeperIn(t, after(prefix, as(root, nsjoin, "-muinp", "-t", pid)))
	checkNamespaces(t, joiner, target, []string{"mnt", "uts", "ipc", "net", "pid"})
	refused(t, nstest.Exec(t, after(prefix, as(root, nsjoin, "-T", "-t", pid, "true"))), 125, "time namespace")
	refused(t, nstest.Exec(t, after(prefix, as(root, nsjoin, "-C", "-t", pid, "true"))), 125, "cgroup namespace")
}

// Docker's default profile forbids setns(2): nothing can be joined, and the message says why.
func TestUnderAnEnginesProfile(t *testing.T) {
	root.require(t)
	pid := strconv.Itoa(namespaces(t, root))
	r := nstest.Exec(t, after(nstest.Docker(t), as(root, nstest.Tool(t, "nsjoin"), "-t", pid, "true")))
	refused(t, r, 125, "EPERM", "seccomp", "process "+pid)
}

// Nested user namespaces cannot be joined one kind at a time by a user: the others belong
// to the outer one. Either nsjoin manages, or it says what is in the way.
func TestNestedUserNamespacesOnAnOlderKernel(t *testing.T) {
	plain.require(t)
	target := bwrapContainer(t, plain, "--uid", "1000", "--gid", "1001")
	cmd := after(nstest.Deny(t, unix.EINVAL, "setns:several"),
		as(plain, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target), "hostname"))
	r := nstest.Exec(t, cmd)
	if r.Code == 0 {
		if got := well(t, r); got != hostName {
			t.Errorf("host name %q", got)
		}
		return
	}
	refused(t, r, 125, "user namespace", "5.8")
}

// Each of the namespaces that nsjoin has opened is its own, under a filter too.
func TestPrivilegesOnOlderKernels(t *testing.T) {
	root.require(t)
	target := nstest.RunC(t).PID
	for _, denied := range [][]string{{"pidfd_open"}, {"open_tree", "memfd_create"}, {"clone3", "close_range"}} {
		t.Run(strings.Join(denied, " "), func(t *testing.T) {
			args := append(nstest.Deny(t, unix.ENOSYS, denied...), nstest.Tool(t, "nsjoin"),
				"-t", strconv.Itoa(target), "cat", "/proc/self/status")
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Env = environment
			checkPrivileges(t, target, well(t, nstest.Exec(t, withGroups(cmd, 4, 5))))
		})
	}
}

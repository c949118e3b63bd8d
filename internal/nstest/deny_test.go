//go:build linux

package nstest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The probes are run below the filter by this test binary itself, as a test that prints
// the errno of each.
var probes = map[string]func() error{
	"openat2": func() error {
		fd, err := unix.Openat2(unix.AT_FDCWD, "/", &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC})
		unix.Close(fd)
		return err
	},
	"unshare UTS":  func() error { return unix.Unshare(unix.CLONE_NEWUTS) },
	"unshare IPC":  func() error { return unix.Unshare(unix.CLONE_NEWIPC) },
	"setns UTS":    func() error { return setnsSelf(unix.CLONE_NEWUTS) },
	"setns two":    func() error { return setnsSelf(unix.CLONE_NEWUTS | unix.CLONE_NEWIPC) },
	"clone3":       func() error { _, _, errno := unix.RawSyscall(unix.SYS_CLONE3, 0, 0, 0); return errno },
	"prctl":        func() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) },
	"prctl other":  func() error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) },
	"no_new_privs": noNewPrivs,
}

func setnsSelf(flags int) error {
	fd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Setns(fd, flags)
}

func noNewPrivs() error {
	if v, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err != nil || v == 1 {
		return unix.EEXIST
	}
	return nil
}

const envProbe = "NSTEST_TEST_PROBE"

func TestProbe(t *testing.T) {
	if name := os.Getenv(envProbe); name != "" {
		fmt.Printf("probe: %s\n", unix.ErrnoName(errnoOf(probes[name]())))
	}
}

func errnoOf(err error) unix.Errno {
	if err == nil {
		return 0
	}
	return err.(unix.Errno)
}

// probe returns the errno that the probe has below the prefix, "" for success.
func probe(t *testing.T, prefix []string, name string, asUser bool) string {
	t.Helper()
	argv := append(prefix, sharedBinary(t), "-test.run=^TestProbe$")
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), envProbe+"="+name, envInner+"=1", envDir+"="+sharedDir)
	if asUser {
		AsUser(cmd)
	}
	result := Exec(t, cmd)
	_, after, found := strings.Cut(result.Stdout, "probe: ")
	if !found || result.Code != 0 {
		t.Fatalf("exit status %d: %s%s", result.Code, result.Stdout, result.Stderr)
	}
	errno, _, _ := strings.Cut(after, "\n")
	return errno
}

func TestDeny(t *testing.T) {
	RequireRoot(t)
	for _, row := range []struct {
		name   string
		prefix []string
		probe  string
		want   string
	}{
		{"nothing denied", nil, "openat2", ""},
		{"a call", Deny(t, unix.ENOSYS, "openat2"), "openat2", "ENOSYS"},
		{"another errno", Deny(t, unix.EPERM, "clone3", "openat2"), "openat2", "EPERM"},
		{"two filters", append(Deny(t, unix.EPERM, "openat2"), Deny(t, unix.ENOSYS, "clone3")...), "openat2", "EPERM"},
		{"a flag", Deny(t, unix.EINVAL, "unshare:CLONE_NEWUTS"), "unshare UTS", "EINVAL"},
		{"another flag passes", Deny(t, unix.EINVAL, "unshare:CLONE_NEWUTS"), "unshare IPC", ""},
		{"setns with a flag", Deny(t, unix.EXDEV, "setns:CLONE_NEWUTS"), "setns UTS", "EXDEV"},
		{"setns of two", Deny(t, unix.EXDEV, "setns:several"), "setns two", "EXDEV"},
		{"setns of one passes", Deny(t, unix.EXDEV, "setns:several"), "setns UTS", ""},
		{"a flag of clone takes clone3 away", Deny(t, unix.EPERM, "clone:CLONE_NEWUTS"), "clone3", "ENOSYS"},
		{"unless that is named", Deny(t, unix.EPERM, "clone:CLONE_NEWUTS", "clone3"), "clone3", "EPERM"},
		{"a value", Deny(t, unix.EXDEV, "prctl:PR_SET_DUMPABLE"), "prctl", "EXDEV"},
		{"another value passes", Deny(t, unix.EXDEV, "prctl:PR_SET_DUMPABLE"), "prctl other", ""},
		{"root keeps its privileges", Deny(t, unix.EPERM, "clone3"), "no_new_privs", ""},
		{"an old kernel", OldKernel(t), "clone3", "ENOSYS"},
		{"Docker", Docker(t), "unshare UTS", "EPERM"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := probe(t, row.prefix, row.probe, false); got != row.want {
				t.Errorf("%s: errno %q, want %q", row.probe, got, row.want)
			}
		})
	}
	t.Run("a user gets no_new_privs", func(t *testing.T) {
		if got := probe(t, Deny(t, unix.EPERM, "clone3"), "no_new_privs", true); got != "EEXIST" {
			t.Errorf("errno %q", got)
		}
	})
}

func TestDenyExecutesACommand(t *testing.T) {
	for _, row := range []struct {
		argv []string
		code int
	}{
		{[]string{"sh", "-c", "exit 7"}, 7},
		{[]string{"sh", "-c", "kill -TERM $$"}, 128 + int(unix.SIGTERM)},
		{[]string{"/no/such/command"}, 127},
		{[]string{"nstest-no-such-command"}, 127},
	} {
		argv := append(Deny(t, unix.ENOSYS, "clone3"), row.argv...)
		if got := Exec(t, exec.Command(argv[0], argv[1:]...)); got.Code != row.code {
			t.Errorf("%q: exit status %d, want %d: %s", row.argv, got.Code, row.code, got.Stderr)
		}
	}
}

func TestDenyNames(t *testing.T) {
	for _, list := range [][]string{NewSyscalls, NewFlags, DockerDefault, DockerAbsent} {
		if _, err := parseRules(unix.EPERM, list); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"nosuchcall", "clone:NOSUCHFLAG", "sethostname:CLONE_NEWUTS", ""} {
		if _, err := parseRules(unix.EPERM, []string{bad}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

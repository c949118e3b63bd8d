//go:build linux

package nstest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// ids of the namespaces of this process, by their name in /proc.
func namespaces(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, name := range []string{"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"} {
		id, err := os.Readlink("/proc/self/ns/" + name)
		if err != nil && name != "time" && name != "cgroup" { // 5.6, 4.6
			t.Fatal(err)
		}
		ids[name] = id
	}
	return ids
}

func TestNamespacesOfAChild(t *testing.T) {
	rows := []struct {
		name  string
		child Child
		fresh string
	}{
		{name: "nothing asked", fresh: "mnt"},
		{name: "time", child: Child{Cloneflags: unix.CLONE_NEWTIME}, fresh: "mnt time"},
		{name: "UTS", child: Child{Cloneflags: unix.CLONE_NEWUTS}, fresh: "mnt uts"},
		{name: "user", child: Child{Cloneflags: unix.CLONE_NEWUSER, MapUser: true}, fresh: "mnt user"},
		{name: "all", child: Child{MapUser: true, Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWCGROUP |
			unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWUTS},
			fresh: "mnt uts ipc pid user net cgroup"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if os.Geteuid() != 0 {
				row.fresh += " user"
			}
			row.child.Env = []string{
				"NSTEST_TEST_BEFORE=" + fmt.Sprint(namespaces(t)), "NSTEST_TEST_FRESH=" + row.fresh,
			}
			InChild(t, row.child, func(t *testing.T) {
				before, expected := os.Getenv("NSTEST_TEST_BEFORE"), os.Getenv("NSTEST_TEST_FRESH")
				for name, id := range namespaces(t) {
					fresh := !strings.Contains(before, id) // "uts:[4026531838]"
					want := strings.Contains(expected, name)
					if fresh != want {
						t.Errorf("%s namespace %s new: %v, want %v", name, id, fresh, want)
					}
				}
			})
		})
	}
}

func TestIdentityOfAChild(t *testing.T) {
	RequireRoot(t)
	for _, row := range []struct {
		name  string
		child Child
		uid   int
		uids  string // uid_map, its fields joined by a blank
	}{
		{"as the caller", Child{}, 0, "0 0 4294967295"},
		{"as the user", Child{User: true}, UserID, "0 0 4294967295"},
		{"as the user, in a PID namespace", Child{User: true, Cloneflags: unix.CLONE_NEWPID}, UserID, "0 0 4294967295"},
		{"root of its own", Child{Cloneflags: unix.CLONE_NEWUSER, MapUser: true}, 0, "0 0 1"},
		{"root over all ids", Child{Cloneflags: unix.CLONE_NEWUSER, MapAll: true}, 0, "0 0 65536"},
		{"the user, root of its own", Child{User: true, Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID, MapUser: true},
			0, fmt.Sprintf("0 %d 1", UserID)},
	} {
		t.Run(row.name, func(t *testing.T) {
			InChild(t, row.child, func(t *testing.T) {
				if uid := os.Getuid(); uid != row.uid {
					t.Errorf("uid %d, want %d", uid, row.uid)
				}
				text, err := os.ReadFile("/proc/self/uid_map")
				if got := strings.Join(strings.Fields(string(text)), " "); err != nil || got != row.uids {
					t.Errorf("uid_map %q, %v, want %q", got, err, row.uids)
				}
				if groups, err := unix.Getgroups(); err != nil || row.child.User && len(groups) > 0 {
					t.Errorf("groups %v, %v", groups, err)
				}
				if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 1 {
					t.Errorf("dumpable %d, %v", dumpable, err)
				}
				if err := os.WriteFile(filepath.Join(t.TempDir(), "f"), nil, 0o600); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestFreshProcInAPIDNamespace(t *testing.T) {
	InChild(t, Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		if pid := os.Getpid(); pid != 1 {
			t.Errorf("pid %d, want 1", pid)
		}
		if self, err := os.Readlink("/proc/self"); err != nil || self != "1" {
			t.Errorf("/proc/self is %q, %v", self, err)
		}
	})
}

func TestMountsOfAChildArePrivate(t *testing.T) {
	InChild(t, Child{}, func(t *testing.T) {
		if err := unix.Mount("none", t.TempDir(), "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile("/proc/self/mountinfo")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, " shared:") || strings.Contains(line, " master:") {
				t.Errorf("not private: %s", line)
			}
		}
	})
}

func TestEachCallInATestHasAChildOfItsOwn(t *testing.T) {
	dir := TempDir(t)
	if err := os.Chmod(dir, 0o1777); err != nil {
		t.Fatal(err)
	}
	if this == nil {
		t.Setenv("NSTEST_TEST_DIR", dir)
	}
	dir = os.Getenv("NSTEST_TEST_DIR")
	for _, name := range []string{"first", "second"} {
		InChild(t, Child{}, func(t *testing.T) {
			if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
				t.Error(err) // it exists when this ran twice
			}
		})
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("ran %v, %v", entries, err)
	}
}

func TestEnvironmentOfAChild(t *testing.T) {
	InChild(t, Child{Env: []string{"NSTEST_TEST_ADDED=yes"}}, func(t *testing.T) {
		if got := os.Getenv("NSTEST_TEST_ADDED"); got != "yes" {
			t.Errorf("Env was not added: %q", got)
		}
		for _, name := range []string{envInner, envDir, envSteps, envChild} {
			if v, ok := os.LookupEnv(name); ok {
				t.Errorf("%s=%s would reach the commands under test", name, v)
			}
		}
		flags, err := unix.FcntlInt(reportFd, unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("the report pipe would reach the commands under test: %v", err)
		}
	})
}

func TestAChildCannotDeleteTheFilesOfTheMachine(t *testing.T) {
	for name, c := range map[string]Child{
		"of the caller":           {},
		"in a user namespace":     {Cloneflags: unix.CLONE_NEWUSER, MapUser: true},
		"in one of a plain user":  {User: true, Cloneflags: unix.CLONE_NEWUSER, MapUser: true},
		"in one with all the ids": {Cloneflags: unix.CLONE_NEWUSER, MapAll: true},
	} {
		t.Run(name, func(t *testing.T) {
			InChild(t, c, func(t *testing.T) {
				dir := t.TempDir()
				if err := unix.Mount("/", dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
					t.Fatal(err)
				}
				// One file of the machine's, put there by nobody: it would be no loss.
				for _, name := range []string{"/nstest-probe", "/dev/nstest-probe", "/usr/nstest-probe"} {
					err := os.WriteFile(dir+name, nil, 0o600)
					if err == nil {
						os.Remove(dir + name)
					}
					if !errors.Is(err, unix.EROFS) {
						t.Errorf("write to %s: %v, want EROFS", name, err)
					}
				}
			})
		})
	}
}

func TestWhatAChildLeavesMountedIsDetachedBeforeFilesAreRemoved(t *testing.T) {
	dir := TempDir(t)
	if this == nil {
		t.Setenv("NSTEST_TEST_DIR", dir)
	}
	file := filepath.Join(os.Getenv("NSTEST_TEST_DIR"), "precious")
	if this == nil {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	InChild(t, Child{}, func(t *testing.T) {
		below := t.TempDir()
		if err := unix.Mount(filepath.Dir(file), below, "", unix.MS_BIND, ""); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

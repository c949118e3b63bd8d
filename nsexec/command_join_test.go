//go:build linux && cgo

package nsexec_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// target starts a sleeper in new namespaces and returns its PID.
func target(t *testing.T, kinds nsfs.Kind) int {
	t.Helper()
	cmd := nsexec.Command(nsexec.Config{Create: kinds, Map: nsexec.MapRoot}, "sleep", "1000")
	if kinds&nsfs.User == 0 {
		cmd = nsexec.Command(nsexec.Config{Create: kinds}, "sleep", "1000")
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, cmd) })
	return cmd.PID
}

// sameNamespaces compares a list of listNamespaces with what process pid is in.
func sameNamespaces(t *testing.T, output []byte, pid int, kinds nsfs.Kind) {
	t.Helper()
	for _, kind := range nsfs.Kinds {
		if kinds&kind == 0 {
			continue
		}
		link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		if err != nil || !strings.Contains(string(output), kind.String()+" "+link+"\n") {
			t.Errorf("%v: the target is in %q, %v; the command in\n%s", kind, link, err, output)
		}
	}
}

const most = nsfs.Cgroup | nsfs.IPC | nsfs.UTS | nsfs.Net | nsfs.PID | nsfs.Mnt

func TestJoinTarget(t *testing.T) {
	nstest.RequireRoot(t)
	pid := target(t, most)
	for _, tc := range []struct{ join, want nsfs.Kind }{
		{0, most}, {nsfs.UTS, nsfs.UTS}, {nsfs.Mnt, nsfs.Mnt}, {nsfs.PID | nsfs.IPC, nsfs.PID | nsfs.IPC},
		{nsfs.User | nsfs.Net, nsfs.Net}, // the user namespace is the caller's
	} {
		t.Run(tc.join.String(), func(t *testing.T) {
			cmd := nsexec.Command(nsexec.Config{Target: pid, Join: tc.join}, "sh", "-c", listNamespaces)
			// The /proc there is the caller's, where $$ of the joined PID namespace is another.
			output, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			if got := differing(t, output); got != tc.want {
				t.Errorf("joined %v, want %v\n%s", got, tc.want, output)
			}
			sameNamespaces(t, output, pid, tc.want)
		})
	}
}

func TestJoinUserNamespace(t *testing.T) {
	nstest.RequireUserNS(t)
	test := func(t *testing.T) {
		kinds := nsfs.User | nsfs.UTS | nsfs.Mnt
		pid := target(t, kinds)
		output, err := nsexec.Command(nsexec.Config{Target: pid}, "sh", "-c", listNamespaces+"; id -u; id -g").Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := differing(t, output); got != kinds {
			t.Errorf("joined %v, want %v", got, kinds)
		}
		sameNamespaces(t, output, pid, kinds)
		if !strings.HasSuffix(string(output), "\n0\n0\n") {
			t.Errorf("not its root:\n%s", output)
		}
	}
	t.Run("root", func(t *testing.T) {
		nstest.RequireRoot(t)
		test(t)
	})
	t.Run("user", func(t *testing.T) { nstest.InChild(t, nstest.Child{User: true}, test) })
}

func TestJoinFiles(t *testing.T) {
	nstest.RequireRoot(t)
	pid, other := target(t, nsfs.UTS|nsfs.IPC|nsfs.Net|nsfs.PID), target(t, nsfs.UTS)
	file := func(pid int, kind nsfs.Kind) string { return fmt.Sprintf("/proc/%d/ns/%s", pid, kind) }
	t.Run("alone", func(t *testing.T) {
		config := nsexec.Config{Files: map[nsfs.Kind]string{nsfs.UTS: file(pid, nsfs.UTS), nsfs.PID: file(pid, nsfs.PID)}}
		output, err := nsexec.Command(config, "sh", "-c", listNamespaces).Output()
		if got := differing(t, output); err != nil || got != nsfs.UTS|nsfs.PID {
			t.Errorf("joined %v, %v", got, err)
		}
		sameNamespaces(t, output, pid, nsfs.UTS|nsfs.PID)
	})
	t.Run("instead of the target's", func(t *testing.T) {
		config := nsexec.Config{Target: pid, Join: nsfs.IPC, Files: map[nsfs.Kind]string{nsfs.UTS: file(other, nsfs.UTS)}}
		output, err := nsexec.Command(config, "sh", "-c", listNamespaces).Output()
		if got := differing(t, output); err != nil || got != nsfs.IPC|nsfs.UTS {
			t.Errorf("joined %v, %v", got, err)
		}
		sameNamespaces(t, output, pid, nsfs.IPC)
		sameNamespaces(t, output, other, nsfs.UTS)
	})
	// Join is "0 with a Target: all"; a file takes the place of one of them.
	t.Run("all but one", func(t *testing.T) {
		config := nsexec.Config{Target: pid, Files: map[nsfs.Kind]string{nsfs.UTS: file(other, nsfs.UTS)}}
		output, err := nsexec.Command(config, "sh", "-c", listNamespaces).Output()
		if got, want := differing(t, output), nsfs.UTS|nsfs.IPC|nsfs.Net|nsfs.PID; err != nil || got != want {
			t.Errorf("joined %v, want %v, %v", got, want, err)
		}
		sameNamespaces(t, output, other, nsfs.UTS)
	})
}

func TestJoinAndCreate(t *testing.T) {
	nstest.RequireRoot(t)
	pid := target(t, nsfs.UTS|nsfs.PID|nsfs.Mnt)
	for _, tc := range []struct{ join, create nsfs.Kind }{
		{nsfs.UTS, nsfs.IPC}, {nsfs.UTS, nsfs.PID}, {nsfs.PID, nsfs.UTS}, {nsfs.Mnt, nsfs.Mnt},
		{nsfs.UTS, nsfs.User},
	} {
		t.Run(tc.join.String()+" and "+tc.create.String(), func(t *testing.T) {
			config := nsexec.Config{Target: pid, Join: tc.join, Create: tc.create}
			output, err := nsexec.Command(config, "sh", "-c", listNamespaces).Output()
			if err != nil {
				t.Fatal(err)
			}
			if got := differing(t, output); got != tc.join|tc.create {
				t.Errorf("other namespaces: %v, want %v", got, tc.join|tc.create)
			}
			sameNamespaces(t, output, pid, tc.join&^tc.create)
		})
	}
}

// The same kind joined from a file and created inside: the command runs once.
func TestJoinFileAndCreateTheSameKind(t *testing.T) {
	nstest.RequireRoot(t)
	pid := target(t, nsfs.UTS)
	file := filepath.Join(t.TempDir(), "ran")
	config := nsexec.Config{Create: nsfs.UTS, Files: map[nsfs.Kind]string{nsfs.UTS: fmt.Sprintf("/proc/%d/ns/uts", pid)}}
	output, err := nsexec.Command(config, "sh", "-c", listNamespaces+`; echo ran >>"$0"`, file).Output()
	if got := differing(t, output); err != nil || got != nsfs.UTS {
		t.Errorf("other namespaces: %v, %v", got, err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "ran\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestCreateUserNamespaceInAJoinedOne(t *testing.T) {
	nstest.RequireRoot(t)
	config := func(t *testing.T) nsexec.Config {
		return nsexec.Config{Target: target(t, nsfs.User|nsfs.UTS), Create: nsfs.User, Map: nsexec.MapRoot}
	}
	t.Run("root", func(t *testing.T) {
		wantLines(t, nsexec.Command(config(t), "sh", "-c", "id -u; id -g"), "0", "0")
	})
	// The process is not dumpable then: its files below /proc belong to root.
	t.Run("user", func(t *testing.T) {
		nstest.InChild(t, nstest.Child{User: true}, func(t *testing.T) {
			if err := nsexec.Command(config(t), "true").Run(); !diag.IsUsage(err) {
				t.Errorf("got %v, want a usage error", err)
			}
		})
	})
}

// No more than the target has: its capabilities, and its no_new_privs.
func TestJoinedMountNamespaceLimitsTheCommand(t *testing.T) {
	nstest.RequireRoot(t)
	pid := nstest.SleeperCmd(t, exec.Command("unshare", "--mount",
		nstest.RequireCommand(t, "setpriv"), "--bounding-set=-all,+chown,+kill", "--no-new-privs"))
	status := func(config nsexec.Config) string {
		config.Target, config.Join = pid, nsfs.Mnt
		output, err := nsexec.Command(config, "cat", "/proc/self/status").CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return string(output)
	}
	limited := status(nsexec.Config{})
	for name, want := range map[string]string{
		"CapBnd": "0000000000000021", "CapPrm": "0000000000000021", "CapInh": "0000000000000000", "NoNewPrivs": "1",
	} {
		if got := fieldOf(t, limited, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := fieldOf(t, status(nsexec.Config{Privileged: true}), "CapEff"); got != statusField(t, os.Getpid(), "CapEff") {
		t.Errorf("privileged: CapEff is %s", got)
	}
}

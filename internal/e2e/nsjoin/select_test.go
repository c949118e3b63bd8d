//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

func TestEveryWayToNameNamespaces(t *testing.T) {
	root.require(t)
	target := inUserNS(t, root)
	file := func(kind string) string { return fmt.Sprintf("/proc/%d/ns/%s", target, kind) }
	pid := strconv.Itoa(target)
	for _, row := range []struct {
		name string
		args string
		want string
	}{
		{"a target alone is everything", "-t " + pid, "user cgroup ipc uts net pid mnt time"},
		{"so is --all", "-a --target=" + pid, "user cgroup ipc uts net pid mnt time"},
		{"--uts", "-t " + pid + " --uts", "uts"},
		{"--ipc", "-t " + pid + " --ipc", "ipc"},
		{"--net", "-t " + pid + " --net", "net"},
		{"--pid", "-t " + pid + " --pid", "pid"},
		{"--mount", "-t " + pid + " --mount --user", "mnt user"},
		{"--mnt", "-t " + pid + " --mnt --user", "mnt user"},
		{"--user", "-t " + pid + " --user", "user"},
		{"--cgroup", "-t " + pid + " --cgroup", "cgroup"},
		{"--time", "-t " + pid + " --time", "time"},
		{"-u", "-ut " + pid, "uts"},
		{"-i", "-it" + pid, "ipc"},
		{"-n", "-nt=" + pid, "net"},
		{"-p", "-p -t" + pid, "pid"},
		{"-m", "-m -U -t" + pid, "mnt user"},
		{"-U", "-U -t" + pid, "user"},
		{"-C", "-C -t" + pid, "cgroup"},
		{"-T", "-T -t" + pid, "time"},
		{"a cluster", "-UmuinpCT -t " + pid, "user cgroup ipc uts net pid mnt time"},
		{"a cluster without all", "-inp -t " + pid, "ipc net pid"},
		{"a cluster that ends with the target", "-uint " + pid, "uts ipc net"},
		{"-- ends the options", "-u -t " + pid + " --", "uts"},
		{"=FILE", "--uts=" + file("uts"), "uts"},
		{"=FILE of the pid namespace", "--pid=" + file("pid"), "pid"},
		{"=FILE of the user namespace", "--user=" + file("user"), "user"},
		{"=FILE of the cgroup namespace", "--cgroup=" + file("cgroup"), "cgroup"},
		{"=FILE of the time namespace", "--time=" + file("time"), "time"},
		{"=FILE of the mount namespace", "--mount=" + file("mnt"), "mnt"},
		{"attached FILE", "-n" + file("net"), "net"},
		{"attached =FILE", "-n=" + file("net"), "net"},
		{"attached FILE at the end of a cluster", "-t " + pid + " -un" + file("net"), "uts net"},
		{"files and a target", "-t " + pid + " -u --net=" + file("net"), "uts net"},
		{"--all and a file", "-t " + pid + " --all --net=" + file("net"), "user cgroup ipc uts net pid mnt time"},
	} {
		t.Run(row.name, func(t *testing.T) {
			joiner := joinedSleeper(t, root, strings.Fields(row.args)...)
			checkNamespaces(t, joiner, target, strings.Fields(row.want))
		})
	}
}

func TestAFileIsPreferredToTheTarget(t *testing.T) {
	root.require(t)
	target, other := namespaces(t, root), namespaces(t, root)
	joiner := joinedSleeper(t, root, "-t", strconv.Itoa(target), "-u", fmt.Sprintf("-n/proc/%d/ns/net", other))
	if have, want := namespace(t, joiner, "uts"), namespace(t, target, "uts"); have != want {
		t.Errorf("uts: in %s, want the target's, %s", have, want)
	}
	if have, want := namespace(t, joiner, "net"), namespace(t, other, "net"); have != want {
		t.Errorf("net: in %s, want that of the file, %s", have, want)
	}
}

// A bind mount keeps a namespace on a file after its last process.
func TestAFileThatKeepsANamespace(t *testing.T) {
	nsjoin := nstest.Tool(t, "nsjoin")
	root.require(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		file := t.TempDir() + "/uts"
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		well(t, nstest.Exec(t, as(root, "unshare", "--uts="+file, "hostname", "kept")))
		if got := well(t, nstest.Exec(t, as(root, nsjoin, "--uts="+file, "hostname"))); got != "kept" {
			t.Errorf("host name %q, want %q", got, "kept")
		}
	})
}

func TestCommandLinesThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		name, args string
		words      []string
	}{
		{"nothing", "", []string{"no target", "-t PID"}},
		{"a command only", "true", []string{"no target", "-t PID"}},
		{"a kind without a target", "-u true", []string{"no target", "--uts"}},
		{"--all without a target", "--all true", []string{"no target", "--all"}},
		{"the target's root without a target", "-r --uts=/proc/self/ns/uts true", []string{"no target", "--root"}},
		{"-w and -W", "-t 1 -w/ -W/ true", []string{"--wd", "--wdns"}},
		{"an unknown option", "-t 1 --utz true", []string{"--utz", "--uts"}},
		{"an unknown letter", "-t 1 -x true", []string{"x"}},
		{"no argument", "-t", []string{"--target", "PID"}},
		{"an empty file", "--uts= true", []string{"--uts", "empty"}},
		{"a file that is missing", "--uts=/nonexistent true", []string{"/nonexistent", "ENOENT"}},
		{"a file of no namespace", "--uts=/etc/passwd true", []string{"/etc/passwd", "EINVAL"}},
		{"a file of another kind", "--uts=/proc/self/ns/net true", []string{"/proc/self/ns/net", "EINVAL"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			refused(t, join(t, plain, strings.Fields(row.args)...), 125, row.words...)
		})
	}
}

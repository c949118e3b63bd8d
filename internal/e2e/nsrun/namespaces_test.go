//go:build linux

package nsrun_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

var kinds = []string{"uts", "ipc", "pid", "mnt", "net", "user", "cgroup", "time"}

// newKinds runs nsrun with these options and returns, sorted, in which namespaces the
// command was that are not the caller's.
func newKinds(t *testing.T, c caller, options ...string) []string {
	t.Helper()
	script := ""
	for _, k := range kinds {
		script += "readlink /proc/self/ns/" + k + "\n"
	}
	out := mustRun(t, c.run(t, append(options, "sh", "-c", script)...))
	links := strings.Fields(out)
	if len(links) != len(kinds) {
		t.Fatalf("the command printed %q", out)
	}
	var differ []string
	for i, k := range kinds {
		own, err := os.Readlink("/proc/self/ns/" + k)
		if err != nil {
			t.Fatal(err)
		}
		if own != links[i] {
			differ = append(differ, k)
		}
	}
	slices.Sort(differ)
	return differ
}

func TestEachNamespace(t *testing.T) {
	for _, row := range []struct {
		name    string
		options []string
		want    string
	}{
		{"--uts", []string{"--uts"}, "uts"},
		{"-u", []string{"-u"}, "uts"},
		{"--ipc", []string{"--ipc"}, "ipc"},
		{"-i", []string{"-i"}, "ipc"},
		{"--pid", []string{"--pid"}, "pid"},
		{"-p", []string{"-p"}, "pid"},
		{"--mnt", []string{"--mnt"}, "mnt"},
		{"--mount", []string{"--mount"}, "mnt"},
		{"-m", []string{"-m"}, "mnt"},
		{"--net", []string{"--net"}, "net"},
		{"-n", []string{"-n"}, "net"},
		{"--user", []string{"--user"}, "user"},
		{"-U", []string{"-U"}, "user"},
		{"--map-root-user", []string{"--map-root-user"}, "user"},
		{"-r", []string{"-r"}, "user"},
		{"-c", []string{"-c"}, "user"},
		{"--cgroup", []string{"--cgroup"}, "cgroup"},
		{"-C", []string{"-C"}, "cgroup"},
		{"--time", []string{"--time"}, "time"},
		{"-T", []string{"-T"}, "time"},
		{"--hostname implies --uts", []string{"--hostname=x"}, "uts"},
		{"--domainname implies --uts", []string{"--domainname=x"}, "uts"},
		{"a cluster of letters", []string{"-uipn"}, "ipc net pid uts"},
		{"letters with -m, for which Go starts", []string{"-umi"}, "ipc mnt uts"},
		{"--pid --mnt with a fresh /proc", []string{"--pid", "--mnt"}, "mnt pid"},
		{"--all", []string{"--all"}, "cgroup ipc mnt net pid uts"},
		{"-a", []string{"-a"}, "cgroup ipc mnt net pid uts"},
		{"--all and --time", []string{"-aT"}, "cgroup ipc mnt net pid time uts"},
		{"--fork alone creates none", []string{"--fork"}, ""},
		{"no option creates none", nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				want := strings.Fields(row.want)
				if !c.root && len(want) > 0 && !slices.Contains(want, "user") {
					want = append(want, "user")
					slices.Sort(want)
				}
				if got := newKinds(t, c, row.options...); !slices.Equal(got, want) {
					t.Errorf("new namespaces: %v, want %v", got, want)
				}
			})
		})
	}
}

func TestPIDOptionForks(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		mustPrint(t, c.run(t, "--pid", "sh", "-c", "echo $$"), "1\n")
	})
}

// Without --mnt a new PID namespace has no /proc of its own, and the caller's stays.
func TestProcOfAPIDNamespace(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		const self = `read pid rest </proc/self/stat; echo $pid`
		mustPrint(t, c.run(t, "--pid", "--mnt", "sh", "-c", self), "1\n")
		if out := mustRun(t, c.run(t, "--pid", "sh", "-c", self)); out == "1\n" {
			t.Error("the caller's /proc was replaced without --mnt")
		}
	})
}

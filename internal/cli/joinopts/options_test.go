//go:build linux

package joinopts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

var understood = [...]struct {
	args string // separated by blanks
	all  bool   // JoinAll
	want Options
}{
	{"-t 1 sh", true, Options{Target: 1, Operands: []string{"sh"}}},
	{"-t1", true, Options{Target: 1}},
	{"--target=2147483647", true, Options{Target: 2147483647}},
	{"-t 1 -t 2", true, Options{Target: 2}},
	{"--target-fd=3", true, Options{TargetFD: 3}},
	{"-at1", true, Options{Target: 1, All: true}},
	{"-t1 --all -u", true, Options{Target: 1, All: true, Join: nsfs.UTS}},
	{"-t1 -muinpUCT", false, Options{Target: 1,
		Join: nsfs.Mnt | nsfs.UTS | nsfs.IPC | nsfs.Net | nsfs.PID | nsfs.User | nsfs.Cgroup | nsfs.Time}},
	{"-t1 --mount --uts --ipc --net --pid --user --cgroup --time", false, Options{Target: 1,
		Join: nsfs.Mnt | nsfs.UTS | nsfs.IPC | nsfs.Net | nsfs.PID | nsfs.User | nsfs.Cgroup | nsfs.Time}},
	{"-t1 --mnt=F", false, Options{Target: 1, Join: nsfs.Mnt, Files: map[nsfs.Kind]string{nsfs.Mnt: "F"}}},
	{"-t1 -m/F -m", false, Options{Target: 1, Join: nsfs.Mnt}},
	{"-n/F", false, Options{Join: nsfs.Net, Files: map[nsfs.Kind]string{nsfs.Net: "/F"}}},
	{"-n=F -u:G", false, Options{Join: nsfs.Net | nsfs.UTS,
		Files: map[nsfs.Kind]string{nsfs.Net: "F", nsfs.UTS: ":G"}}},
	{"-t1 -r -w -F", true, Options{Target: 1, Root: nsexec.Dir{Set: true}, Wd: nsexec.Dir{Set: true}, NoFork: true}},
	{"-t1 -r=/x -W=/y", true, Options{Target: 1, Root: nsexec.Dir{Set: true, Path: "/x"}, Wdns: nsexec.Dir{Set: true, Path: "/y"}}},
	{"-t1 -r/x -r --wdns", true, Options{Target: 1, Root: nsexec.Dir{Set: true}, Wdns: nsexec.Dir{Set: true}}},
	{"-n/F -r/x -w.", false, Options{Join: nsfs.Net, Files: map[nsfs.Kind]string{nsfs.Net: "/F"},
		Root: nsexec.Dir{Set: true, Path: "/x"}, Wd: nsexec.Dir{Set: true, Path: "."}}},
	{"-t1 --preserve-credentials --privileged --shells /bin/sh", true,
		Options{Target: 1, Preserve: true, Privileged: true, Shells: true, Operands: []string{"/bin/sh"}}},
	{"-t1 -- -u", true, Options{Target: 1, Operands: []string{"-u"}}},
	{"--explain -t1", true, Options{Explain: true, Target: 1}},
	{"-h", true, Options{Help: true}},
	{"-V -wW", true, Options{Version: true, Wd: nsexec.Dir{Set: true}, Wdns: nsexec.Dir{Set: true}}},
	{"--completion=bash", true, Options{Completion: "bash"}},
}

func TestParse(t *testing.T) {
	for _, row := range understood {
		t.Run(row.args, func(t *testing.T) {
			got, err := Parse(strings.Fields(row.args))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&row.want, got); diff != "" {
				t.Error(diff)
			}
			if got.JoinAll() != row.all {
				t.Errorf("JoinAll is %v", got.JoinAll())
			}
		})
	}
}

func TestCanonicalMakesTheSameOptions(t *testing.T) {
	for _, row := range understood {
		canonical := row.want.Canonical()
		got, err := Parse(canonical)
		if err != nil {
			t.Errorf("%s: %v", canonical, err)
		} else if diff := cmp.Diff(&row.want, got); diff != "" {
			t.Errorf("%s: %s", canonical, diff)
		}
	}
}

func TestCanonicalIsLong(t *testing.T) {
	o, err := Parse(strings.Fields("-t42 -mr/x -w -n/f sh -c -u"))
	if err != nil {
		t.Fatal(err)
	}
	want := "--target=42 --net=/f --mount --root=/x --wd -- sh -c -u"
	if got := strings.Join(o.Canonical(), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, row := range [...]struct{ args, want string }{
		{"", "no target: give -t PID"},
		{"sh", "no target: give -t PID"},
		{"-r/x sh", "no target: give -t PID"},
		{"-u sh", "no target for --uts without FILE: give -t PID"},
		{"-u/F -m sh", "no target for --mount without FILE: give -t PID"},
		{"-u/F -u sh", "no target for --uts without FILE: give -t PID"},
		{"-u/F -a sh", "no target for --all: give -t PID"},
		{"-u/F -r sh", "no target for --root without DIR: give -t PID"},
		{"-u/F -w sh", "no target for --wd without DIR: give -t PID"},
		{"-u/F --wdns sh", "no target for --wdns without DIR: give -t PID"},
		{"--explain", "no target: give -t PID"},
		{"-t", "option --target needs an argument: PID"},
		{"-t web sh", `invalid target "web": a PID is expected`},
		{"-t=", `invalid target "": a PID is expected`},
		{"-t 0", `invalid target "0": a PID is expected`},
		{"-t -1", `invalid target "-1": a PID is expected`},
		{"-t 01", `invalid target "01": a PID is expected`},
		{"-t 2147483648", `invalid target "2147483648": a PID is expected`},
		{"-t 1x\x1b", `invalid target "1x\x1b": a PID is expected`},
		{"-t1 -u=", "option --uts: FILE is empty"},
		{"-t1 --root=", "option --root: DIR is empty"},
		{"-t1 -ux", "unknown option -x in -ux"},
		{"-t1 --no-forks", "unknown option --no-forks: did you mean --no-fork?"},
		{"-t1 --no-fork=1", "option --no-fork takes no argument"},
		{"-t1 -w -W sh", "options --wd and --wdns exclude each other"},
		{"-t1 -W/x -w/x sh", "options --wd and --wdns exclude each other"},
		{"--target-fd=2", "option --target-fd: 2 is not the number of a descriptor above 2"},
		{"--target-fd=x", "option --target-fd: x is not the number of a descriptor above 2"},
		{"--target-f=3", "unknown option --target-f: did you mean --target?"},
	} {
		t.Run(row.args, func(t *testing.T) {
			o, err := Parse(strings.Fields(row.args))
			if err == nil {
				t.Fatalf("understood as %+v", o)
			}
			if err.Error() != row.want || !diag.IsUsage(err) {
				t.Errorf("got  %s\nwant %s", err, row.want)
			}
		})
	}
}

//go:build linux

package runopts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// with is Options with their defaults, changed by change.
func with(change func(*Options)) *Options {
	o := &Options{Propagation: "private", Proc: "auto", Dev: "auto", Sys: "auto"}
	change(o)
	return o
}

func asked(kinds nsfs.Kind) *Options { return with(func(o *Options) { o.New = kinds }) }

// given leaves out what only says how something was given.
var given = cmpopts.IgnoreUnexported(Options{})

const long = "a-host-name-that-is-one-byte-longer-than-the-sixty-four-allowed.x"

var understood = [...]struct {
	args string // separated by blanks
	want *Options
}{
	{"", asked(0)},
	{"-u", asked(nsfs.UTS)},
	{"-uipmnUCT", asked(nsfs.UTS | nsfs.IPC | nsfs.PID | nsfs.Mnt | nsfs.Net | nsfs.User | nsfs.Cgroup | nsfs.Time)},
	{"--uts --ipc --pid --mnt --net --user --cgroup --time",
		asked(nsfs.UTS | nsfs.IPC | nsfs.PID | nsfs.Mnt | nsfs.Net | nsfs.User | nsfs.Cgroup | nsfs.Time)},
	{"--mount", asked(nsfs.Mnt)},
	{"-a", asked(nsfs.UTS | nsfs.IPC | nsfs.PID | nsfs.Mnt | nsfs.Net | nsfs.Cgroup)},
	{"--all -T", asked(nsfs.UTS | nsfs.IPC | nsfs.PID | nsfs.Mnt | nsfs.Net | nsfs.Cgroup | nsfs.Time)},
	{"--uts=F -n/n -i=i -p./p -mU", with(func(o *Options) {
		o.New = nsfs.UTS | nsfs.Net | nsfs.IPC | nsfs.PID | nsfs.Mnt | nsfs.User
		o.Files = map[nsfs.Kind]string{nsfs.UTS: "F", nsfs.Net: "/n", nsfs.IPC: "i", nsfs.PID: "./p"}
	})},
	{"--uts=F --uts", asked(nsfs.UTS)},
	{"--uts --uts=F --uts=G", with(func(o *Options) {
		o.New, o.Files = nsfs.UTS, map[nsfs.Kind]string{nsfs.UTS: "G"}
	})},
	{"--mount=F --mnt=G -a", with(func(o *Options) {
		o.New, o.Files = all, map[nsfs.Kind]string{nsfs.Mnt: "G"}
	})},
	{"--hostname h", with(func(o *Options) { o.New, o.Hostname = nsfs.UTS, "h" })},
	{"--domainname=d", with(func(o *Options) { o.New, o.Domainname = nsfs.UTS, "d" })},
	{"-r", with(func(o *Options) { o.New, o.Map = nsfs.User, nsexec.MapRoot; o.Ids.User, o.Ids.Group = OwnRoot, OwnRoot })},
	{"-c", with(func(o *Options) {
		o.New, o.Map = nsfs.User, nsexec.MapCurrent
		o.Ids.User, o.Ids.Group = OwnCurrent, OwnCurrent
	})},
	{"-rc", with(func(o *Options) {
		o.New, o.Map = nsfs.User, nsexec.MapCurrent
		o.Ids.User, o.Ids.Group = OwnCurrent, OwnCurrent
	})},
	{"--map-current-user --map-root-user", with(func(o *Options) { o.New, o.Map = nsfs.User, nsexec.MapRoot; o.Ids.User, o.Ids.Group = OwnRoot, OwnRoot })},
	{"-R /r sh", with(func(o *Options) { o.New, o.Root, o.Operands = nsfs.Mnt, "/r", []string{"sh"} })},
	{"-R=/r", with(func(o *Options) { o.New, o.Root = nsfs.Mnt, "/r" })},
	{"--propagation slave --proc=bind --dev=none --sys ro", with(func(o *Options) {
		o.Propagation, o.Proc, o.Dev, o.Sys = "slave", "bind", "none", "ro"
	})},
	{"-w/d -w e", with(func(o *Options) { o.Wd = "e" })},
	{"-f --forward-signals", with(func(o *Options) { o.Fork = true })},
	{"--kill-child", with(func(o *Options) { o.KillChild = 9 })},
	{"--kill-child=15", with(func(o *Options) { o.KillChild = 15 })},
	{"--kill-child=64", with(func(o *Options) { o.KillChild = 64 })},
	{"--kill-child=TERM", with(func(o *Options) { o.KillChild = 15 })},
	{"--kill-child=sigint", with(func(o *Options) { o.KillChild = 2 })},
	{"--kill-child=INT --kill-child", with(func(o *Options) { o.KillChild = 9 })},
	{"--explain", with(func(o *Options) { o.Explain = true })},
	{"-hV", with(func(o *Options) { o.Help, o.Version = true, true })},
	{"--completion zsh", with(func(o *Options) { o.Completion = "zsh" })},
	{"-up ./rootfs sh -c -u", with(func(o *Options) {
		o.New, o.Operands = nsfs.UTS|nsfs.PID, []string{"./rootfs", "sh", "-c", "-u"}
	})},
	{"-u -- --pid", with(func(o *Options) { o.New, o.Operands = nsfs.UTS, []string{"--pid"} })},
}

func TestParse(t *testing.T) {
	for _, row := range understood {
		t.Run(row.args, func(t *testing.T) {
			got, err := Parse(strings.Fields(row.args))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got, given); diff != "" {
				t.Error(diff)
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
		} else if diff := cmp.Diff(row.want, got, given); diff != "" {
			t.Errorf("%s: %s", canonical, diff)
		}
	}
}

func TestCanonicalIsLongAndNumeric(t *testing.T) {
	o, err := Parse(strings.Fields("-am/x -r --kill-child=TERM ./rootfs sh -c -u"))
	if err != nil {
		t.Fatal(err)
	}
	want := "--user --cgroup --ipc --uts --net --pid --mnt=/x --map-root-user --kill-child=15 -- ./rootfs sh -c -u"
	if got := strings.Join(o.Canonical(), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, row := range [...]struct{ args, want string }{
		{"--uts=", "option --uts: FILE is empty"},
		{"-m=", "option --mnt: FILE is empty"},
		{"--mount=", "option --mount: FILE is empty"},
		{"-mx", "unknown option -x in -mx"},
		{"-uZ", "unknown option -Z in -uZ"},
		{"--all=x", "option --all takes no argument"},
		{"-f=x", "option --fork takes no argument"},
		{"-rx", "unknown option -x in -rx"},
		{"--map-root-user=0", "option --map-root-user takes no argument"},
		{"--hostname=", "option --hostname: NAME is empty"},
		{"--hostname", "option --hostname needs an argument: NAME"},
		{"--hostname=" + long, "option --hostname: " + long + " is longer than 64 bytes"},
		{"--domainname=" + long, "option --domainname: " + long + " is longer than 64 bytes"},
		{"-R", "option --root needs an argument: DIR|IMAGE"},
		{"-R=", "option --root: DIR|IMAGE is empty"},
		{"--root=", "option --root: DIR|IMAGE is empty"},
		{"-w=", "option --wd: DIR is empty"},
		{"--propagation=public", "option --propagation: public is not one of private, slave, shared, unbindable, unchanged"},
		{"--proc=", `option --proc: "" is not one of auto, mount, bind, none`},
		{"--dev=none\x1b", `option --dev: "none\x1b" is not one of auto, host, none`},
		{"--sys=rw,ro", "option --sys: rw,ro is not one of auto, ro, rw, none"},
		{"--kill-child=", `option --kill-child: "" is not a signal: a number from 1 to 64 or a name such as TERM is expected`},
		{"--kill-child=0", "option --kill-child: 0 is not a signal: a number from 1 to 64 or a name such as TERM is expected"},
		{"--kill-child=09", "option --kill-child: 09 is not a signal: a number from 1 to 64 or a name such as TERM is expected"},
		{"--kill-child=65", "option --kill-child: 65 is not a signal: a number from 1 to 64 or a name such as TERM is expected"},
		{"--kill-child=SIG", "option --kill-child: SIG is not a signal: a number from 1 to 64 or a name such as TERM is expected"},
		{"--completion=csh", "option --completion: csh is not one of bash, zsh, fish"},
		{"--host=x", "unknown option --host: did you mean --hostname?"},
		{"--map", "unknown option --map: did you mean --map-root-user or --map-current-user or --map-user?"},
		{"--root-fs=x", "unknown option --root-fs"},
		{"--target-fd=3", "unknown option --target-fd"},
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

func TestCheckMounts(t *testing.T) {
	for args, want := range map[string]string{
		"":              "",
		"--proc=none":   "",
		"--dev=auto":    "",
		"--proc=mount":  "--proc=mount needs a mount namespace: add --mnt or a root file system",
		"-u --dev=host": "--dev=host needs a mount namespace: add --mnt or a root file system",
		"--sys=rw":      "--sys=rw needs a mount namespace: add --mnt or a root file system",
	} {
		o, err := Parse(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		if err := o.CheckMounts(true); err != nil {
			t.Errorf("%s with a mount namespace: %v", args, err)
		}
		err = o.CheckMounts(false)
		if got := errorText(err); got != want {
			t.Errorf("%s without a mount namespace: got %q, want %q", args, got, want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

//go:build linux

package privilege

import (
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/diag"
)

var (
	kill, chown, admin = caps.Of(unix.CAP_KILL), caps.Of(unix.CAP_CHOWN), caps.Of(unix.CAP_SYS_ADMIN)
	three              = kill | chown | admin
)

func list(names ...string) []string { return names }

// The sets of a command with uid 0 and of another, from a caller with three capabilities.
func TestCaps(t *testing.T) {
	for _, row := range []struct {
		name              string
		options           Options
		set               caps.Set // bounding, permitted, effective
		ambient, asNobody caps.Set // ambient of uid 0, of another
	}{
		{"one dropped", Options{CapDrop: list("KILL")}, chown | admin, 0, 0},
		{"all dropped", Options{CapDrop: list("ALL")}, 0, 0, 0},
		{"all dropped but one", Options{CapDrop: list("ALL"), CapAdd: list("KILL")}, kill, 0, kill},
		{"one added", Options{CapAdd: list("KILL")}, three, 0, kill},
		{"all added", Options{CapAdd: list("ALL")}, three, 0, three},
		{"all added, one dropped", Options{CapAdd: list("all"), CapDrop: list("KILL")}, chown | admin, 0, chown | admin},
		{"kept", Options{KeepCaps: true}, three, three, three},
		{"kept, but one", Options{KeepCaps: true, CapDrop: list("KILL")}, chown | admin, chown | admin, chown | admin},
		{"Docker's", Options{Docker: true}, kill | chown, 0, 0},
		{"Docker's and one", Options{Docker: true, CapAdd: list("SYS_ADMIN")}, three, 0, admin},
		{"Docker's, kept", Options{Docker: true, KeepCaps: true}, kill | chown, kill | chown, kill | chown},
		{"Docker's without one", Options{Docker: true, CapDrop: list("cap_kill")}, chown, 0, 0},
	} {
		for uid, ambient := range map[uint32]caps.Set{0: row.ambient, 1000: row.asNobody} {
			got, err := row.options.Caps(three, three, uid)
			if err != nil {
				t.Errorf("%s, uid %d: %v", row.name, uid, err)
				continue
			}
			set := uint64(row.set)
			if want := (nsexec.Caps{Bounding: set, Permitted: set, Effective: set, Ambient: uint64(ambient)}); *got != want {
				t.Errorf("%s, uid %d: got %+v, want %+v", row.name, uid, *got, want)
			}
		}
	}
}

// Docker's device cgroup is missing, and so is what it makes harmless.
func TestDockersCapsAreWithoutMknod(t *testing.T) {
	o := Options{Docker: true}
	got, err := o.Caps(caps.All(), caps.All(), 0)
	if err != nil || caps.Set(got.Permitted) != caps.Docker&^caps.Of(unix.CAP_MKNOD) {
		t.Errorf("%v, %v", caps.Set(got.Permitted), err)
	}
	o.CapAdd = list("MKNOD")
	if got, err = o.Caps(caps.All(), caps.All(), 0); err != nil || caps.Set(got.Permitted) != caps.Docker {
		t.Errorf("with --cap-add MKNOD: %v, %v", caps.Set(got.Permitted), err)
	}
}

// What is named and cannot be given is an error; ALL is all that can.
func TestCapsThatTheCallerLacks(t *testing.T) {
	for _, add := range [][]string{list("SYS_ADMIN"), list("KILL,SYS_ADMIN"), list("ALL,SYS_ADMIN"), list("ALL", "sys_admin")} {
		o := Options{CapAdd: add}
		if got, err := o.Caps(kill|chown, kill|chown, 0); diag.Errno(err) != unix.EPERM {
			t.Errorf("%q: %+v, %v", add, got, err)
		}
	}
	o := Options{CapDrop: list("ALL"), CapAdd: list("ALL")}
	if got, err := o.Caps(kill, kill, 0); err != nil || caps.Set(got.Permitted) != kill {
		t.Errorf("ALL: %+v, %v", got, err)
	}
}

// How a filter is loaded: with no_new_privs, before the privileges go, or as it is.
func TestLoad(t *testing.T) {
	all, none := All(), &nsexec.Caps{}
	ambient := &nsexec.Caps{Bounding: uint64(admin), Permitted: uint64(admin), Effective: uint64(admin), Ambient: uint64(admin)}
	for _, row := range []struct {
		name       string
		options    Options
		set        *nsexec.Caps
		uid        uint32
		now        caps.Set
		nnp, early bool
		usage      bool
	}{
		{name: "root with all", set: all, now: three},
		{name: "a user with all in the bounding set", set: all, uid: 5, now: three, nnp: true},
		{name: "a user with CAP_SYS_ADMIN", set: ambient, uid: 5, now: three},
		{name: "root without", set: none, now: three, nnp: true},
		{name: "root without, who may gain", options: Options{MayGain: true}, set: none, now: three, early: true},
		{name: "a user who may gain", options: Options{MayGain: true}, set: all, uid: 5, now: three, early: true},
		{name: "nobody who may gain", options: Options{MayGain: true}, set: all, uid: 5, now: kill, usage: true},
		{name: "no_new_privs is set anyway", options: Options{NoNewPrivs: true}, set: none, now: kill},
	} {
		nnp, early, err := row.options.Load(row.set, row.uid, row.now)
		if nnp != row.nnp || early != row.early || diag.IsUsage(err) != row.usage {
			t.Errorf("%s: %v, %v, %v", row.name, nnp, early, err)
		}
	}
}

// Without CAP_SETPCAP the bounding set stays, which only no_new_privs makes up for.
func TestBounding(t *testing.T) {
	set := func() *nsexec.Caps { return &nsexec.Caps{Bounding: 1, Permitted: 1, Effective: 1} }
	may := set()
	if err := Bounding(may, caps.Of(unix.CAP_SETPCAP), false); err != nil || *may != *set() {
		t.Errorf("with CAP_SETPCAP: %+v, %v", may, err)
	}
	if err := Bounding(set(), 0, false); diag.Errno(err) != unix.EPERM {
		t.Errorf("without: %v", err)
	}
	stays := set()
	if err := Bounding(stays, 0, true); err != nil || stays.Bounding != ^uint64(0) || stays.Permitted != 1 {
		t.Errorf("with no_new_privs: %+v, %v", stays, err)
	}
}

func TestFilter(t *testing.T) {
	for name, want := range map[string]bool{"": false, "none": false, "default": true} {
		o := Options{Seccomp: name}
		got, err := o.Filter()
		if err != nil || (got != nil) != want {
			t.Errorf("%q: %v, %v", name, got != nil, err)
		}
	}
	o := Options{Seccomp: "/no/such/file"}
	if _, err := o.Filter(); diag.Errno(err) != unix.ENOENT {
		t.Errorf("a file that is not there: %v", err)
	}
}

// Rules for a capability go by what the command will have, not by what its bounding set has.
func TestProgramGoesByTheCommand(t *testing.T) {
	o := Options{Seccomp: "default"}
	filter, err := o.Filter()
	if err != nil {
		t.Fatal(err)
	}
	length := func(set *nsexec.Caps, uid uint32) int {
		program, err := Program(filter, set, uid)
		if err != nil {
			t.Fatal(err)
		}
		return len(program.Filter)
	}
	none := length(&nsexec.Caps{}, 0)
	if asUser := length(All(), 1000); asUser != none {
		t.Errorf("for a user's command it has %d instructions, %d for one with no capability", asUser, none)
	}
	if asRoot := length(All(), 0); asRoot == none {
		t.Errorf("for root with all capabilities the filter is that for none: %d", asRoot)
	}
}

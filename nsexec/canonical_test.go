//go:build linux && cgo

package nsexec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/nsexec/internal/ctest"
	"nskit.dev/nskit/pkg/nsfs"
)

// field is one thing that a Config can ask for, and what the C scanner is to make of it.
type field struct {
	name string
	set  func(*nsexec.Config)
	want func(*nsexec.Request)
}

func fields() []field {
	var all []field
	for i, kind := range nsfs.Kinds {
		file := "/run/ns/" + kind.String() + "=x y"
		all = append(all,
			field{"Create " + kind.String(),
				func(c *nsexec.Config) { c.Create |= kind },
				func(r *nsexec.Request) { r.Create |= kind }},
			field{"Join " + kind.String(),
				func(c *nsexec.Config) { c.Join |= kind },
				func(r *nsexec.Request) { r.Join |= kind }},
			field{"Files " + kind.String(),
				func(c *nsexec.Config) {
					if c.Files == nil {
						c.Files = map[nsfs.Kind]string{}
					}
					c.Files[kind] = file
				},
				func(r *nsexec.Request) { r.Join |= kind; r.ByFile |= kind; r.Files[i] = file }})
	}
	return append(all, plainFields()...)
}

func plainFields() []field {
	return []field{
		{"Target", func(c *nsexec.Config) { c.Target = 2147483647 }, func(r *nsexec.Request) { r.Target = 2147483647 }},
		{"Map root", func(c *nsexec.Config) { c.Map = nsexec.MapRoot }, func(r *nsexec.Request) { r.Map = nsexec.MapRoot }},
		{"Map current", func(c *nsexec.Config) { c.Map = nsexec.MapCurrent }, func(r *nsexec.Request) { r.Map = nsexec.MapCurrent }},
		{"UIDMap", func(c *nsexec.Config) { c.UIDMap = []nsexec.IDMap{{Count: 1}} }, func(*nsexec.Request) {}},
		{"GIDMap", func(c *nsexec.Config) { c.GIDMap = []nsexec.IDMap{{Count: 1}} }, func(*nsexec.Request) {}},
		{"DeathSignal", func(c *nsexec.Config) { c.DeathSignal = unix.SIGTERM }, func(r *nsexec.Request) { r.KillSignal = 15 }},
		{"DeathSignal 64", func(c *nsexec.Config) { c.DeathSignal = 64 }, func(r *nsexec.Request) { r.KillSignal = 64 }},
		{"Wd", func(c *nsexec.Config) { c.Wd = "--a=b" }, func(*nsexec.Request) {}}, // see scanConfig
		{"Preserve", func(c *nsexec.Config) { c.Preserve = true }, func(r *nsexec.Request) { r.Preserve = true }},
		{"Privileged", func(c *nsexec.Config) { c.Privileged = true }, func(r *nsexec.Request) { r.Privileged = true }},
	}
}

// scanConfig lets the C scanner read what the Config becomes, and checks what holds for
// each. Which of the two kinds of directory it is depends on whether something is
// joined: the tests of Command see where it is resolved.
func scanConfig(t *testing.T, c nsexec.Config, command ...string) nsexec.Request {
	t.Helper()
	argv := nsexec.Canonical(c, 7, 4, command...)
	r, understood := nsexec.Scan(ctest.Canonical(), argv)
	if !understood {
		t.Fatalf("not understood: %q", argv)
	}
	if got := argv[r.Command:]; !slices.Equal(got, command) || r.Operands != r.Command {
		t.Errorf("the command is %q (operands from %d), want %q", got, r.Operands, command)
	}
	dir := r.Wd
	if r.WdNS.Set {
		dir = r.WdNS
	}
	if want := (nsexec.Dir{Set: c.Wd != "", Path: c.Wd}); dir != want || r.Wd.Set && r.WdNS.Set {
		t.Errorf("working directory: outside %+v, inside %+v; want %+v once", r.Wd, r.WdNS, want)
	}
	if want := c.Target != 0 && c.Join == 0; r.JoinAll != want {
		t.Errorf("all kinds of the target: %v, want %v", r.JoinAll, want)
	}
	r.Wd, r.WdNS, r.JoinAll, r.Operands, r.Command = nsexec.Dir{}, nsexec.Dir{}, false, 0, 0
	return r
}

func TestConfigIsWhatTheScannerUnderstands(t *testing.T) {
	for _, f := range fields() {
		t.Run(f.name, func(t *testing.T) {
			var c nsexec.Config
			want := nsexec.Request{TargetFD: -1, OwnerUID: nsexec.NoID, OwnerGID: nsexec.NoID, SetUID: nsexec.NoID, SetGID: nsexec.NoID, SeccompFD: -1}
			f.set(&c)
			f.want(&want)
			if diff := cmp.Diff(want, scanConfig(t, c, "command", "--uts", "")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAllFieldsTogether(t *testing.T) {
	var c nsexec.Config
	want := nsexec.Request{TargetFD: -1, OwnerUID: nsexec.NoID, OwnerGID: nsexec.NoID, SetUID: nsexec.NoID, SetGID: nsexec.NoID, SeccompFD: -1}
	for _, f := range fields() {
		if f.name == "Map root" || f.name == "DeathSignal" {
			continue // another value of the same field is among them
		}
		f.set(&c)
		f.want(&want)
	}
	if diff := cmp.Diff(want, scanConfig(t, c, "-")); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyConfig(t *testing.T) {
	if diff := cmp.Diff(nsexec.Request{TargetFD: -1, OwnerUID: nsexec.NoID, OwnerGID: nsexec.NoID, SetUID: nsexec.NoID, SetGID: nsexec.NoID, SeccompFD: -1}, scanConfig(t, nsexec.Config{}, "--", "--pid")); diff != "" {
		t.Error(diff)
	}
}

// A pair can go wrong where each alone does not: one option may undo another.
func TestPairsOfFields(t *testing.T) {
	all := fields()
	for i, a := range all {
		for _, b := range all[i+1:] {
			var c nsexec.Config
			want := nsexec.Request{TargetFD: -1, OwnerUID: nsexec.NoID, OwnerGID: nsexec.NoID, SetUID: nsexec.NoID, SetGID: nsexec.NoID, SeccompFD: -1}
			for _, f := range []field{a, b} {
				f.set(&c)
				f.want(&want)
			}
			if diff := cmp.Diff(want, scanConfig(t, c, "command")); diff != "" {
				t.Errorf("%s and %s:\n%s", a.name, b.name, diff)
			}
		}
	}
}

// The request does not show these three, so the words must do.
func TestWaitAndDescriptorsOnTheCommandLine(t *testing.T) {
	for _, tc := range []struct {
		config     nsexec.Config
		sync, keep int
		want       []string
	}{
		{nsexec.Config{}, 3, 0, []string{"nsexec", "--sync-fd=3", "--", "c"}},
		{nsexec.Config{UIDMap: []nsexec.IDMap{{}}}, 3, 0, []string{"nsexec", "--sync-fd=3", "--wait", "--", "c"}},
		{nsexec.Config{GIDMap: []nsexec.IDMap{{}}}, 12, 9, []string{"nsexec", "--sync-fd=12", "--keep-fds=9", "--wait", "--", "c"}},
	} {
		if got := nsexec.Canonical(tc.config, tc.sync, tc.keep, "c"); !slices.Equal(got, tc.want) {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

func TestEveryOptionOfTheTableIsUsed(t *testing.T) {
	unused := map[string]bool{}
	for _, name := range ctest.Options() {
		if unused[name] {
			t.Errorf("--%s is in the table twice", name)
		}
		unused[name] = true
	}
	if len(unused) < 20 {
		t.Fatalf("the table has only %d options", len(unused))
	}
	for _, f := range fields() {
		var c nsexec.Config
		f.set(&c)
		for _, word := range nsexec.Canonical(c, 3, 1, "command") {
			name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
			delete(unused, name)
		}
	}
	// Where Wd becomes another option after a join.
	for _, word := range nsexec.Canonical(nsexec.Config{Target: 1, Wd: "/"}, 3, 0, "command") {
		name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		delete(unused, name)
	}
	for name := range unused {
		t.Errorf("--%s is in canonical.c, but no Config writes it", name)
	}
}

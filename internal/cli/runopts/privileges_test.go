//go:build linux

package runopts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// allowed are options of ids and privileges.
var allowed = [...]struct {
	args string // separated by blanks
	want *Options
}{
	{"--keep-caps", with(func(o *Options) { o.Privileges.KeepCaps = true })},
	{"--cap-drop ALL --cap-add=kill,CAP_CHOWN --cap-add SETUID", with(func(o *Options) {
		o.Privileges.CapDrop, o.Privileges.CapAdd = []string{"ALL"}, []string{"kill,CAP_CHOWN", "SETUID"}
	})},
	{"--no-new-privs", with(func(o *Options) { o.Privileges.NoNewPrivs = "on" })},
	{"--no-new-privs on", with(func(o *Options) { o.Privileges.NoNewPrivs, o.Operands = "on", []string{"on"} })},
	{"--no-new-privs --no-new-privs=off", with(func(o *Options) { o.Privileges.NoNewPrivs = "off" })},
	{"--new-session=off --new-session", with(func(o *Options) { o.Privileges.NewSession = "on" })},
	{"--seccomp none --seccomp=./p", with(func(o *Options) { o.Privileges.Seccomp = "./p" })},
	{"--harden --seccomp none", with(func(o *Options) { o.Privileges.Harden, o.Privileges.Seccomp = true, "none" })},
	{"-S5 -G users --groups=1,adm", with(func(o *Options) { o.Ids.SetUID, o.Ids.SetGID, o.Ids.SetGroups = "5", "users", "1,adm" })},
	{"-S 0 -S4294967294", with(func(o *Options) { o.Ids.SetUID = "4294967294" })},
	{"--owner 1:2", with(func(o *Options) { o.New, o.Ids.Owner = nsfs.User, "1:2" })},
	{"--map-user 5 --map-group=adm", with(func(o *Options) { o.New, o.Ids.User, o.Ids.Group = nsfs.User, "5", "adm" })},
	{"-r --map-user 5", with(func(o *Options) {
		o.New, o.Map, o.Ids.User, o.Ids.Group = nsfs.User, nsexec.MapRoot, "5", OwnRoot
	})},
	{"--map-users 0:1:2 --map-users=auto --map-groups subids", with(func(o *Options) {
		o.New, o.Ids.Users, o.Ids.Groups = nsfs.User, []string{"0:1:2", "auto"}, []string{"subids"}
	})},
	{"--map-auto --setgroups allow", with(func(o *Options) {
		o.New, o.Ids.Setgroups, o.Ids.Users, o.Ids.Groups = nsfs.User, "allow", []string{"auto"}, []string{"auto"}
	})},
	{"--userns-remap u", with(func(o *Options) { o.New, o.Ids.Remap = nsfs.User, "u" })},
}

func TestParseIdentityAndPrivileges(t *testing.T) {
	for _, row := range allowed {
		got, err := Parse(strings.Fields(row.args))
		if err != nil {
			t.Errorf("%s: %v", row.args, err)
			continue
		}
		if diff := cmp.Diff(row.want, got, given); diff != "" {
			t.Errorf("%s: %s", row.args, diff)
		}
		again, err := Parse(got.Canonical())
		if err != nil {
			t.Errorf("%s: the canonical %q: %v", row.args, got.Canonical(), err)
		} else if diff := cmp.Diff(row.want, again, given); diff != "" {
			t.Errorf("%s: the canonical %q: %s", row.args, got.Canonical(), diff)
		}
	}
}

func TestParseRefusesIdentityAndPrivileges(t *testing.T) {
	const neither = " is neither an id, a decimal number from 0 to 4294967294, nor a name"
	for _, row := range [...]struct{ arg, want string }{
		{"--cap-add=SYS_AMDIN", "option --cap-add: there is no capability SYS_AMDIN; near: SYS_ADMIN"},
		{"--cap-drop=", "option --cap-drop: LIST|ALL is empty"},
		{"--cap-drop=KILL,,CHOWN", "option --cap-drop: the name of a capability is empty"},
		{"--cap-drop", "option --cap-drop needs an argument: LIST|ALL"},
		{"--no-new-privs=maybe", "option --no-new-privs: maybe is not one of on, off"},
		{"--new-session=", `option --new-session: "" is not one of on, off`},
		{"--seccomp=", "option --seccomp: default|none|FILE is empty"},
		{"--seccomp", "option --seccomp needs an argument: default|none|FILE"},
		{"--harden=on", "option --harden takes no argument"},
		{"--keep-caps=on", "option --keep-caps takes no argument"},
		{"-S-1", "option --setuid: -1" + neither},
		{"-S=", "option --setuid: UID|NAME is empty"},
		{"--setuid=4294967295", "option --setuid: 4294967295" + neither},
		{"-Ga:b", "option --setgid: a:b" + neither},
		{"--groups=1,", `option --groups: ""` + neither},
		{"--groups=1 2", `option --groups: "1 2"` + neither},
		{"--owner=1", "option --owner: 1 is not UID:GID"},
		{"--owner=1:", "option --owner: 1: is not UID:GID"},
		{"--owner=:1", "option --owner: :1 is not UID:GID"},
		{"--setgroups=maybe", "option --setgroups: maybe is not one of allow, deny"},
	} {
		_, err := Parse([]string{row.arg})
		if err == nil || err.Error() != row.want || !diag.IsUsage(err) {
			t.Errorf("%s: got %v, want %s", row.arg, err, row.want)
		}
	}
	for _, args := range []string{"--map-auto", "--map-user=5", "-r", "--map-users=0:0:1", "-c"} {
		_, err := Parse([]string{"--userns-remap=u", args})
		if want := "--userns-remap excludes the other options of maps"; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", args, err, want)
		}
	}
}

// What of it the constructor has to know.
func TestRequestOfIdentityAndPrivileges(t *testing.T) {
	for args, want := range map[string]nsexec.Request{
		"--harden c":                 {Fork: true, Go: true},
		"--new-session c":            {Fork: true, Go: true},
		"--new-session=off c":        {Fork: true, Go: true},
		"--no-new-privs c":           {Go: true},
		"--cap-drop=ALL c":           {Go: true},
		"--seccomp=default c":        {Go: true},
		"-S5 c":                      {Go: true},
		"-G5 c":                      {Go: true, DropGroups: true},
		"--groups=5 c":               {Go: true},
		"-r c":                       {Create: nsfs.User, Map: nsexec.MapRoot},
		"--map-user=5 c":             {Create: nsfs.User, MapByHelper: true},
		"--map-auto c":               {Create: nsfs.User, MapByHelper: true},
		"--setgroups=deny c":         {Create: nsfs.User, MapByHelper: true},
		"--owner=1:2 c":              {Create: nsfs.User, MapByHelper: true},
		"--owner=root:root --user c": {Create: nsfs.User, MapByHelper: true},
	} {
		words := strings.Fields(args)
		o, err := Parse(words)
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		want.TargetFD, want.SeccompFD, want.SetUID, want.SetGID = -1, -1, nsexec.NoID, nsexec.NoID
		want.OwnerUID, want.OwnerGID = nsexec.NoID, nsexec.NoID
		if o.Ids.Owner == "1:2" {
			want.OwnerUID, want.OwnerGID = 1, 2
		}
		want.Operands, want.Command = len(words), len(words)
		got := o.Request(len(words)+1, func(string) FileKind { return Other })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", args, diff)
		}
	}
}

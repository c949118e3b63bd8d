//go:build linux

package idmap

import (
	"testing"

	"nskit.dev/nskit/pkg/creds"
)

const (
	oneLine = "proc/self/uid_map"
	nested  = "         0       1000          1\n         1     100000      65536\n"
)

func TestBuild(t *testing.T) {
	for _, row := range []struct {
		why       string
		options   string
		id        uint32
		change    files
		uid, gid  string
		setgroups string
	}{
		{"nothing", "", 1000, nil, "", "", ""},
		{"-r", "-r", 1000, nil, "0 1000 1", "0 1000 1", "deny"},
		{"-r of root", "-r", 0, nil, "0 0 1", "0 0 1", "deny"},
		{"-c", "-c", 1000, nil, "1000 1000 1", "1000 1000 1", "deny"},
		{"-r needs no file", "-r", 1000, files{"etc/passwd": "-", "etc/subuid": "-", oneLine: "-"}, "0 1000 1", "0 1000 1", "deny"},
		{"of -r and -c the last counts", "-r -c", 1000, nil, "1000 1000 1", "1000 1000 1", "deny"},
		{"--map-user after -r is for the user only", "-r --map-user 7", 1000, nil, "7 1000 1", "0 1000 1", "deny"},
		{"-r after --map-user", "--map-user 7 --map-group 8 -r", 1000, nil, "0 1000 1", "0 1000 1", "deny"},
		{"--map-user by name", "--map-user bob", 1000, nil, "1001 1000 1", "", ""},
		{"--map-group by name", "--map-group staff", 1000, nil, "", "50 1000 1", "deny"},
		{"setgroups stays as asked for", "-r --setgroups deny", 1000, nil, "0 1000 1", "0 1000 1", "deny"},

		{"--map-auto", "--map-auto", 1000, nil, "0 100000 65536", "0 200000 65536", ""},
		{"--map-auto and -r lose no id", "-r --map-auto", 1000, nil, "0 1000 1, 1 100000 65536", "0 1000 1, 1 200000 65536", ""},
		{"--map-auto and -c lose no id", "--map-auto -c", 1000, nil,
			"1000 1000 1, 0 100000 1000, 1001 101000 64536", "1000 1000 1, 0 200000 1000, 1001 201000 64536", ""},
		{"--map-auto takes the first line only", "--map-auto", 1000, files{"etc/subuid": "1000:500000:10\nalice:100000:65536\n"},
			"0 500000 10", "0 200000 65536", ""},
		{"--map-auto of root", "-r --map-auto", 0, files{"etc/subuid": "root:900000:10\n", "etc/subgid": "0:900000:10\n"},
			"0 0 1, 1 900000 10", "0 0 1, 1 900000 10", ""},
		{"--map-subids", "--map-subids", 1000, nil, "100000 100000 65536", "200000 200000 65536", ""},
		{"--map-subids takes all lines", "-c --map-subids", 1000, files{"etc/subuid": "1000:500000:10\nbob:1:1\nalice:100000:65536\n"},
			"1000 1000 1, 500000 500000 10, 100000 100000 65536", "1000 1000 1, 200000 200000 65536", ""},
		{"users only", "--map-users auto", 1000, nil, "0 100000 65536", "", ""},
		{"groups only", "--map-groups subids --map-user 0", 1000, nil, "0 1000 1", "200000 200000 65536", ""},
		{"a user in ranges, a group alone", "-r --map-users 1:100000:9", 1000, nil, "0 1000 1, 1 100000 9", "0 1000 1", "deny"},

		{"ranges in the order of the options", "--map-users 5:100005:5 --map-users 0:100000:5", 1000, nil, "5 100005 5, 0 100000 5", "", ""},
		{"what continues is left as it is", "--map-users 0:100000:5 --map-users 5:100005:5", 1000, nil, "0 100000 5, 5 100005 5", "", ""},
		{"the old form", "--map-users 100000,0,5", 1000, nil, "0 100000 5", "", ""},
		{"a hole in a range loses its last id", "-r --map-users 0:100000:5", 1000, nil, "0 1000 1, 1 100000 4", "0 1000 1", "deny"},
		{"the caller's own id in a range", "--map-users 100:1000:1 --map-groups 100:1000:1", 1000, nil, "100 1000 1", "100 1000 1", "deny"},
		{"the case of the notes, by root", "--map-users 100:200:1 --map-groups 100:200:1 --setgroups deny", 0, nil, "100 200 1", "100 200 1", "deny"},
		{"all", "--map-users all --map-groups all", 0, nil, "0 0 4294967295", "0 0 4294967295", ""},
		{"all but root, who is root", "-r --map-users all", 0, nil, "0 0 1, 1 1 4294967294", "0 0 1", "deny"},
		{"all, nested", "--map-users all", 0, files{oneLine: nested}, "0 0 1, 1 1 65536", "", ""},
		{"a range over two lines of the parent's map", "--map-users 0:0:100", 0, files{oneLine: nested}, "0 0 1, 1 1 99", "", ""},
		{"a range over two subordinate ones", "--map-users 0:100000:30", 1000, files{"etc/subuid": "alice:100010:90\nalice:100000:10\n"},
			"0 100000 10, 10 100010 20", "", ""},
		{"ids that overlap in the file", "--map-users 0:100000:30", 1000, files{"etc/subuid": "alice:100000:20\nalice:100010:90\n"},
			"0 100000 20, 20 100020 10", "", ""},
		{"--setgroups allow with subordinate groups", "--map-auto --setgroups allow", 1000, nil, "0 100000 65536", "0 200000 65536", "allow"},
		{"--owner: the single map is written from outside", "-r --owner --setgroups allow", 0, nil, "0 0 1", "0 0 1", "allow"},
	} {
		t.Run(row.why, func(t *testing.T) {
			m := mustBuild(t, on(t, plain.with(row.change), row.id), row.options)
			if words(m.UID) != row.uid || words(m.GID) != row.gid || m.Setgroups != row.setgroups {
				t.Errorf("%s: users %q, groups %q, setgroups %q\nwant %q, %q, %q", row.options,
					words(m.UID), words(m.GID), m.Setgroups, row.uid, row.gid, row.setgroups)
			}
		})
	}
}

func TestSimple(t *testing.T) {
	for line, want := range map[string]bool{
		"": true, "-r": true, "-c --map-user 5": true, "-r --map-auto": false, "--map-groups all": false, "-r --owner": false,
	} {
		o, err := parse(line)
		fatal(t, err)
		if o.Simple() != want {
			t.Errorf("%q: simple %v", line, o.Simple())
		}
	}
}

func TestRemap(t *testing.T) {
	three := files{"etc/subuid": "1001:500000:10\nalice:7:7\nbob:300000:65536\n"}
	for _, row := range []struct {
		why      string
		user     creds.Ref
		id       uint32
		change   files
		uid, gid string
	}{
		{"by name", creds.Ref{Name: "bob"}, 0, nil, "0 300000 65536", "0 300000 65536"},
		{"by number", creds.Ref{ID: 1001}, 0, nil, "0 300000 65536", "0 300000 65536"},
		{"all ranges, one after the other", creds.Ref{Name: "bob"}, 0, three, "0 500000 10, 10 300000 65536", "0 300000 65536"},
		{"by name, without an entry in passwd", creds.Ref{Name: "bob"}, 0, files{"etc/passwd": "-", "etc/subuid": three["etc/subuid"]}, "0 300000 65536", "0 300000 65536"},
		{"oneself, as a user", creds.Ref{Name: "alice"}, 1000, nil, "0 100000 65536", "0 200000 65536"},
	} {
		m, err := on(t, plain.with(row.change), row.id).remap(row.user)
		if err != nil {
			t.Errorf("%s: %v", row.why, err)
			continue
		}
		if words(m.UID) != row.uid || words(m.GID) != row.gid {
			t.Errorf("%s: users %q, groups %q", row.why, words(m.UID), words(m.GID))
		}
	}
	_, err := on(t, plain, 1000).remap(creds.Ref{Name: "bob"})
	refused(t, err, "the uid map 0:300000:65536 asks for the outer ids 300000-365535", "user alice (uid 1000) may map 1000, 100000-165535")
	_, err = on(t, plain, 0).remap(creds.Ref{Name: "carol"})
	refused(t, err, "user carol has no subordinate user ids in /etc/subuid")
	_, err = on(t, plain.with(files{"etc/subuid": "bob:1:4294967294\nbob:1:4294967294\n"}), 0).remap(creds.Ref{Name: "bob"})
	refused(t, err, "goes past the last inner id")
}

func TestTextAndArgs(t *testing.T) {
	m := Map{{0, 1000, 1}, {1, 100000, 65536}}
	if got := m.Text(); got != "0 1000 1\n1 100000 65536\n" {
		t.Errorf("Text() = %q", got)
	}
	if got := len(m.Args(42)); got != 7 || m.Args(42)[0] != "42" || m.Args(42)[5] != "100000" {
		t.Errorf("Args(42) = %q", m.Args(42))
	}
}

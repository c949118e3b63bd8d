//go:build linux

package idmap

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// A site that has its subordinate ids in a directory. The program says how it was
// called.
var site = plain.with(files{
	"etc/nsswitch.conf": "passwd: files sss\nsubid: sss\n",
	"etc/subuid":        "alice:7:7\n",
	"bin/getsubids": `#!/bin/sh
[ "$1" = -g ] && { shift; set -- "$1" 700000; }
[ "$1" = alice ] || [ "$1" = carol ] || { echo "Error fetching ranges" >&2; exit 1; }
echo "0: $1 ${2:-600000} 65536"
echo "1: $1 4000000000 10"
`,
	"bin/getent": `#!/bin/sh
[ "$1 $2" = "passwd 1003" ] && echo "carol:*:1003:1003::/:/bin/sh"
`,
})

func TestSubordinateIdsOfASite(t *testing.T) {
	for _, row := range []struct {
		why, options string
		id           uint32
		uid, gid     string
	}{
		{"the files count for nothing", "--map-auto", 1000, "0 600000 65536", "0 700000 65536"},
		{"all", "-c --map-users subids", 1000, "1000 1000 1, 600000 600000 65536, 4000000000 4000000000 10", "1000 1000 1"},
		{"a user of the directory, by name", "--map-auto", 1003, "0 600000 65536", "0 700000 65536"},
	} {
		m := mustBuild(t, on(t, site, row.id), row.options)
		if words(m.UID) != row.uid || words(m.GID) != row.gid {
			t.Errorf("%s: users %q, groups %q", row.why, words(m.UID), words(m.GID))
		}
	}
	o, err := parse("--map-auto")
	fatal(t, err)
	_, err = on(t, site, 1001).build(o)
	refused(t, err, "user bob (1001) has no subordinate user ids")
	if hint := err.(*diag.Error).Hint; hint == "" {
		t.Error("no hint")
	} else {
		says(t, hint, `they come from sss ("subid:" in /etc/nsswitch.conf)`)
	}
}

// Programs are started only where the files do not do.
func TestNoProgramWhereFilesDo(t *testing.T) {
	trap := files{"bin/getsubids": "#!/bin/sh\nkill -9 $PPID\n", "bin/getent": "#!/bin/sh\nkill -9 $PPID\n"}
	for _, row := range []struct {
		why, options string
		id           uint32
		change       files
	}{
		{"-r", "-r", 1234, files{"etc/nsswitch.conf": site["etc/nsswitch.conf"]}},
		{"a name in passwd", "--map-auto", 1000, nil},
		{"a number in subuid, and no name", "--map-auto", 1234, files{"etc/subuid": "1234:100000:65536\n", "etc/subgid": "1234:100000:65536\n"}},
		{"root", "--map-users all", 0, files{"etc/nsswitch.conf": site["etc/nsswitch.conf"]}},
	} {
		mustBuild(t, on(t, plain.with(trap).with(row.change), row.id), row.options)
	}
}

// A name that only the site's directory knows, in the file.
func TestNameOfTheDirectoryInTheFile(t *testing.T) {
	c := on(t, plain.with(files{"etc/subuid": "carol:800000:5\n", "bin/getent": site["bin/getent"]}), 1003)
	if m := mustBuild(t, c, "--map-users auto"); words(m.UID) != "0 800000 5" {
		t.Errorf("got %q", words(m.UID))
	}
}

func TestGetsubidsThatFails(t *testing.T) {
	for _, row := range []struct {
		why, script string
		errno       unix.Errno
		want        []string
	}{
		{"missing", "-", 0, []string{"find the subordinate user ids of user alice (1000)", "there is no getsubids in "}},
		{"not executable", "not a script", unix.ENOEXEC, []string{"getsubids alice"}},
		{"it hangs", "#!/bin/sh\nexec sleep 30\n", unix.ETIMEDOUT, []string{"getsubids alice"}},
		{"it prints without end", "#!/bin/sh\nexec yes\n", unix.EFBIG, []string{"getsubids alice"}},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := on(t, site.with(files{"bin/getsubids": row.script}), 1000)
			if row.errno == unix.ETIMEDOUT {
				c.patience = 100 * time.Millisecond
			}
			_, err := c.build(Options{Users: []Spec{{Kind: Auto}}})
			if err == nil || diag.Errno(err) != row.errno {
				t.Fatalf("got %v", err)
			}
			says(t, err.Error(), row.want...)
		})
	}
}

func TestProgramsGetAnEmptyEnvironment(t *testing.T) {
	t.Setenv("LD_PRELOAD", "/nonexistent/trip.so")
	c := on(t, files{"bin/env": "#!/bin/sh\n/usr/bin/env\necho \"$@\" >&2\nexit 3\n"}, 1000)
	stdout, stderr, err := c.start(c.find("env"), "a b", "c")
	lines := slices.DeleteFunc(slices.Sorted(strings.SplitSeq(stdout, "\n")), func(line string) bool {
		return line == "" || line == "_=/usr/bin/env" || len(line) > 4 && line[:4] == "PWD=" || line == "OLDPWD=" || line == "SHLVL=0"
	})
	if len(lines) != 0 || stderr != "a b c\n" || err == nil {
		t.Errorf("environment %q, arguments %q, %v", lines, stderr, err)
	}
}

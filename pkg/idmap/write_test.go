//go:build linux

package idmap

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/diag"
)

// prints wants the command to print maps and setgroups, and then the ids.
func prints(t *testing.T, cmd *exec.Cmd, want string) {
	t.Helper()
	r := nstest.Exec(t, cmd)
	if got := strings.Join(strings.Fields(r.Stdout), " "); r.Code != 0 || got != want {
		t.Errorf("%q: %d %s\ngot  %s\nwant %s", cmd.Args, r.Code, r.Stderr, got, want)
	}
}

func TestWrite(t *testing.T) {
	inEtc(t, nil, func(t *testing.T) {
		// What unshare(1) does too late to succeed: there is a gid map by then.
		prints(t, by(ours("-r --setgroups deny"), false), "0 54321 1 0 54321 1 deny 0 0")
		prints(t, by(ours("--map-auto --setgroups deny"), false), "0 100000 65536 0 200000 65536 deny 65534 65534")
		prints(t, ours("--map-users 100:200:1 --map-groups 100:200:1 --setgroups deny"), "100 200 1 100 200 1 deny 65534 65534")
		// Several ranges, and all ids.
		prints(t, ours("-r --map-users 1:500:5 --map-users 10:600:5 --map-groups all"), "0 0 1 1 500 5 10 600 5 0 0 1 1 1 4294967294 allow 0 0")
		prints(t, by(ours("-c --map-subids"), false), "54321 54321 1 100000 100000 65536 54321 54321 1 200000 200000 65536 allow 54321 54321")
	})
}

// In a user namespace that has two lines, its root writes maps of its own, which must
// not cross them.
func TestWriteNested(t *testing.T) {
	nstest.RequireCommand(t, "unshare")
	inEtc(t, nil, func(t *testing.T) {
		nested := func(options string) *exec.Cmd {
			return by(under(t, options, "unshare", "-U", "-r", "--map-auto"), false)
		}
		prints(t, nested("--map-users all --map-groups 0:0:100"), "0 0 1 1 1 65535 0 0 1 1 1 99 allow 0 0")
		prints(t, nested("-r"), "0 0 1 0 0 1 deny 0 0")
		denied := by(under(t, "--map-users all --map-groups all --setgroups allow", "unshare", "-U", "-r"), false)
		fails(t, denied, "set setgroups to allow", "(EPERM)", "hint: it is denied in the user namespace of the caller")
	})
}

func TestRootWithoutACapability(t *testing.T) {
	nstest.RequireCommand(t, "setpriv")
	inEtc(t, nil, func(t *testing.T) {
		without := func(drop, options string) *exec.Cmd {
			return under(t, options, "setpriv", "--bounding-set", drop)
		}
		fails(t, without("-setfcap", "--map-users all"), "map the user ids: 0:0:4294967295", "uid_map", "(EPERM)", "only with CAP_SETFCAP")
		// Without CAP_SETUID it is as any user, who owns what the file says.
		r := nstest.Exec(t, without("-setuid", "--map-users all"))
		says(t, r.Stderr, "asks for the outer ids 1-299999; user root (uid 0) may map 0, 300000-365535")
	})
}

func TestWriteToWhatIsGone(t *testing.T) {
	nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
		err := Write(4000, Map{{0, 0, 1}}, nil, "")
		if diag.Errno(err) != unix.ENOENT {
			t.Errorf("got %v", err)
		}
		says(t, err.Error(), "map the ids", `open("/proc/4000", O_PATH|O_DIRECTORY)`)
	})
}

// This process's user namespace has its maps.
func TestWriteTwice(t *testing.T) {
	for _, place := range []nstest.Child{{}, {Cloneflags: unix.CLONE_NEWUSER, User: true, MapUser: true}} {
		nstest.InChild(t, place, func(t *testing.T) {
			err := Write(os.Getpid(), Map{{0, 0, 1}}, nil, "")
			if diag.Errno(err) != unix.EPERM {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWriteChecksMapsOfOthers(t *testing.T) {
	nstest.RequireRoot(t)
	for text, m := range map[string]Map{
		"has the inner id 0 twice": {{0, 0, 1}, {0, 1, 1}},
		"maps no id":               {{0, 0, 0}},
	} {
		err := Write(os.Getpid(), m, nil, "")
		refused(t, err, text)
	}
}

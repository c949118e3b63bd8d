//go:build linux

package idmap

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

func TestSubids(t *testing.T) {
	alice := owner{"alice", "1000"}
	for _, row := range []struct {
		why, text string
		want      []span
	}{
		{"by name and by number, in the order of the file", "alice:5:5\n1000:1:1\nalice:9:1\n", []span{{5, 5}, {1, 1}, {9, 1}}},
		{"no newline at the end", "alice:5:5", []span{{5, 5}}},
		{"other users", "bob:5:5\nalice2:5:5\nal:5:5\n10000:5:5\n:5:5\n", nil},
		{"a name that unshare takes for uid 0", "x0:5:5\n", nil},
		{"lines that are none", "\nalice\nalice:\nalice:5\nalice:5:5:5\nalice::5\nalice:5:\nalice:x:5\nalice:5:x\n# alice:5:5\n alice:5:5\n", nil},
		{"numbers with signs and spaces", "alice:+5:5\nalice: 5:5\nalice:5:-5\nalice:5:5 \nalice:05:5\n", nil},
		{"no ids", "alice:5:0\n", nil},
		{"what goes past the last id is cut off", "alice:4294967290:4294967295\n", []span{{4294967290, 5}}},
		{"2^32-1 is no id", "alice:4294967295:1\n", nil},
		{"empty", "", nil},
	} {
		if got := subids(row.text, alice); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
	if got := subids(":5:5\n", owner{"", "1000"}); got != nil {
		t.Errorf("a user without a name owns %v", got)
	}
}

// Whatever the file says, what comes out of it can be mapped.
func FuzzSubids(f *testing.F) {
	for _, seed := range []string{"alice:5:5\n", "alice:4294967294:4294967295", "1000:0:1\n\x00", "alice:5:5:\nalice"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range append(subids(text, owner{"alice", "1000"}), answer(text)...) {
			if s.count == 0 || s.pastLast() {
				t.Errorf("%q: %v", text, s)
			}
		}
		if end := free(text); end < firstSubid || end+subidCount > 4294967295 {
			t.Errorf("%q: %d is not free", text, end)
		}
	})
}

func TestHintOfALineToAdd(t *testing.T) {
	for _, row := range []struct {
		why, subuid, want string
	}{
		{"no file", "-", "add a line to that file: alice:100000:65536"},
		{"an empty file", "", "alice:100000:65536"},
		{"after the others", "bob:100000:65536\ncarol:165536:65536\n", "alice:231072:65536"},
		{"others are below", "bob:5:5\n", "alice:100000:65536"},
		{"others fill all", "bob:5:4294967289\n", "alice:100000:65536"},
	} {
		c := on(t, plain.with(files{"etc/subuid": row.subuid}), 1000)
		_, err := c.subordinateOrNone(c.users(), c.owner())
		refused(t, err, "user alice (1000) has no subordinate user ids in /etc/subuid")
		says(t, err.(*diag.Error).Hint, row.want)
	}
}

func TestSource(t *testing.T) {
	for text, want := range map[string]string{
		"-": "files", "": "files", "subid: files\n": "files", "passwd: sss\n": "files", "#subid: sss\n": "files",
		"passwd: files\nsubid:\tsss\n": "sss", "SubId:sss files": "sss", "subid:\nsubid: ldap\nsubid: sss\n": "ldap",
	} {
		if got := on(t, files{"etc/nsswitch.conf": text}.with(files{"etc/nsswitch.conf": text}), 1000).source(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The files are the caller's own, but what is broken must not hang, nor pass for
// an empty one.
func TestSubordinateFilesThatAreNone(t *testing.T) {
	for why, make := range map[string]func(path string) error{
		"a FIFO":               func(path string) error { return unix.Mkfifo(path, 0o644) },
		"a directory":          func(path string) error { return os.Mkdir(path, 0o755) },
		"a loop of links":      func(path string) error { return os.Symlink("subuid", path) },
		"a device":             func(path string) error { return os.Symlink("/dev/zero", path) },
		"40 GiB of zeros":      func(path string) error { return sparse(path) },
		"more than is read":    func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("x:1:1\n", 200_000)), 0o644) },
		"a file of all others": func(path string) error { return os.WriteFile(path, []byte("alice:7:7\n"), 0o644) },
	} {
		t.Run(why, func(t *testing.T) {
			dir := t.TempDir()
			fatal(t, os.Mkdir(dir+"/etc", 0o755))
			fatal(t, make(filepath.Join(dir, "etc/subuid")))
			root, err := unix.Open(dir, unix.O_PATH|unix.O_CLOEXEC, 0)
			fatal(t, err)
			defer unix.Close(root)
			c := &caller{root: root, uid: 1000}
			spans, err := c.subordinate(c.users(), owner{name: "alice"})
			if why == "a file of all others" {
				if err != nil || !slices.Equal(spans, []span{{7, 7}}) {
					t.Errorf("got %v, %v", spans, err)
				}
				return
			}
			if err == nil && why != "a device" || errors.Is(err, unix.ENOENT) {
				t.Errorf("got %v, %v", spans, err)
			}
		})
	}
}

func sparse(path string) error {
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return err
	}
	return os.Truncate(path, 40<<30)
}

func TestOwner(t *testing.T) {
	for _, row := range []struct {
		o    owner
		want string
	}{
		{owner{"alice", "1000"}, "user alice (1000)"},
		{owner{"", "1000"}, "user 1000"},
		{owner{"\x1b[31m", ""}, `user "\x1b[31m"`},
	} {
		if got := row.o.String(); got != row.want {
			t.Errorf("%+v: %s", row.o, got)
		}
	}
	if got := on(t, plain, 1234).owner(); got != (owner{"", creds.Ref{ID: 1234}.String()}) {
		t.Errorf("a user without an entry is %+v", got)
	}
}

//go:build linux

package inroot

import (
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// After a failure nothing is there that was not there before.
func TestCreateFails(t *testing.T) {
	for _, row := range []struct {
		why  string
		path string
		err  unix.Errno
		hint string
	}{
		{"a link to nothing", "nothing", unix.ENOENT, "the link /nothing in the root directory leads to /missing, which"},
		{"a link to nothing, in the middle", "nothing/x", unix.ENOENT, "leads to /missing, which"},
		{"a link to nothing, below what is missing", "d/e/f/../../../../nothing", unix.ENOENT, "leads to /missing, which"},
		{"a link to a link to nothing", "twice", unix.ENOENT, "the link /twice in the root directory leads to /missing, which"},
		{"a link to nothing outside", "out/x", unix.ENOENT, "leads to /tmp, which"},
		{"a link to a missing directory's directory", "deep", unix.ENOENT, "leads to /there/no, which"},
		{"a file in the middle", "file/x/y", unix.ENOTDIR, ""},
		{"a loop", "loop/x", unix.ELOOP, ""},
		{"a name that is too long, after two that are created", "d/e/" + name255 + "n", unix.ENAMETOOLONG, ""},
		{"the same with a file before it", "there/x/" + name255 + "n/f", unix.ENAMETOOLONG, ""},
		{"a read-only mount", "ro/x/y", unix.EROFS, ""},
		{"a magic link", "exe/x", unix.ELOOP, ""},
	} {
		t.Run(row.why, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				root, done := tree(t, "symlink nothing missing", "symlink twice nothing", "symlink out /tmp/outside", "symlink deep /there/no/x/y",
					"file file", "symlink loop loop", "dir there", "dir ro", "dir proc", "symlink exe proc/self/exe")
				defer done()
				fatal(t, unix.Mount("tmpfs", inside+"/ro", "tmpfs", unix.MS_RDONLY, "mode=755"))
				before := listing(t, top)
				fatal(t, unix.Mount("/proc", inside+"/proc", "", unix.MS_BIND|unix.MS_REC, ""))
				for _, dir := range []bool{true, false} {
					_, err := Create(root, row.path, dir)
					failed(t, row.why, err, row.err)
					describes(t, row.why, err)
					if hint := hintOf(err); !strings.Contains(hint, row.hint) {
						t.Errorf("the hint is %q, want %q", hint, row.hint)
					}
				}
				fatal(t, unix.Unmount(inside+"/proc", unix.MNT_DETACH))
				if got := listing(t, top); got != before {
					t.Errorf("there are\n%s\ninstead of\n%s", got, before)
				}
			})
		})
	}
}

func hintOf(err error) string {
	if e, ok := err.(*diag.Error); ok {
		return e.Hint
	}
	return ""
}

// However few descriptors are left: it works, or leaves nothing.
func TestCreateWithoutDescriptors(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		root, done := tree(t, "dir a", "symlink l a")
		defer done()
		before, used := listing(t, top), uint64(descriptors(t))
		refused := 0
		for more := range uint64(16) {
			m, err := withLimit(t, used+more, func() (*Mountpoint, error) { return Create(root, "/l/b/c/d", false) })
			if err != nil {
				refused++
				failed(t, strconv.Itoa(int(more)), err, unix.EMFILE)
			} else {
				m.Close()
				removeAll(t, m.Made)
			}
			if got := listing(t, top); got != before {
				t.Fatalf("with %d descriptors there are\n%s", more, got)
			}
		}
		if refused == 0 || refused == 16 {
			t.Errorf("%d of 16 were refused", refused)
		}
	})
}

// withLimit calls fn with a limit of descriptors.
func withLimit(t *testing.T, limit uint64, fn func() (*Mountpoint, error)) (*Mountpoint, error) {
	t.Helper()
	var old unix.Rlimit
	fatal(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &old))
	fatal(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: limit, Max: old.Max}))
	m, err := fn()
	fatal(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &old))
	return m, err
}

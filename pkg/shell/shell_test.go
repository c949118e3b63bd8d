//go:build linux

package shell

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const passwd = "root:x:0:0:root:/root:/bin/zsh\n" +
	"short:x:7\n" +
	"user:x:1000:1000::/home/user:/bin/fish\n" +
	"again:x:1000:1000::/home/user:/bin/csh\n" +
	"none:x:1001:1001::/:\n" +
	"last:x:1002:1002::/:/bin/ksh"

func TestCandidates(t *testing.T) {
	for _, row := range []struct {
		why  string
		env  []string
		uid  int
		want []string
	}{
		{"the variable, the entry, the last resort", []string{"SHELL=/bin/bash"}, 0, []string{"/bin/bash", "/bin/zsh", "/bin/sh"}},
		{"no variable", nil, 1000, []string{"/bin/fish", "/bin/sh"}},
		{"the last of several variables, as in a shell", []string{"SHELL=/a", "SHELL=/b"}, 4, []string{"/b", "/bin/sh"}},
		{"a variable that is no path", []string{"SHELL=bash"}, 4, []string{"/bin/sh"}},
		{"an entry without a shell", nil, 1001, []string{"/bin/sh"}},
		{"an entry without a newline", nil, 1002, []string{"/bin/ksh", "/bin/sh"}},
		{"a line that is too short", nil, 7, []string{"/bin/sh"}},
	} {
		if got := Candidates(row.env, strings.NewReader(passwd), row.uid); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.why, got, row.want)
		}
	}
	if got := Candidates(nil, nil, 0); !slices.Equal(got, []string{"/bin/sh"}) {
		t.Errorf("without passwd: got %q", got)
	}
}

// A file without end is read to the bound, and no further.
func TestCandidatesOfEndlessPasswd(t *testing.T) {
	zero, err := os.Open("/dev/zero")
	if err != nil {
		t.Fatal(err)
	}
	defer zero.Close()
	if got := Candidates(nil, zero, 0); !slices.Equal(got, []string{"/bin/sh"}) {
		t.Errorf("got %q", got)
	}
}

func TestOpenPasswdBelowARoot(t *testing.T) {
	for _, row := range []struct {
		why     string
		prepare func(root string) error
		want    string // "": none
	}{
		{"a file", func(root string) error { return os.WriteFile(root+"/etc/passwd", []byte("mine"), 0o644) }, "mine"},
		{"missing", func(string) error { return nil }, ""},
		{"a FIFO, which would block", func(root string) error { return unix.Mkfifo(root+"/etc/passwd", 0o644) }, ""},
		{"a directory", func(root string) error { return os.Mkdir(root+"/etc/passwd", 0o755) }, ""},
		{"a link that stays inside", func(root string) error {
			return link(root, "/etc/real", "inside")
		}, "inside"},
		{"a link to a file that is only outside", func(root string) error {
			return os.Symlink(root+"/etc/hosts-of-nobody", root+"/etc/passwd")
		}, ""},
	} {
		root := t.TempDir()
		if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := row.prepare(root); err != nil {
			t.Fatal(err)
		}
		if got := readBelow(t, root); got != row.want {
			t.Errorf("%s: got %q, want %q", row.why, got, row.want)
		}
	}
}

func link(root, target, text string) error {
	if err := os.WriteFile(root+target, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Symlink(target, root+"/etc/passwd")
}

func readBelow(t *testing.T, root string) string {
	t.Helper()
	fd, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	f := OpenPasswd(fd)
	if f == nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

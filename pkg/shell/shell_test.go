//go:build linux

package shell

import (
	"os"
	"slices"
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
	root := rootWith(t, passwd)
	for _, row := range []struct {
		why  string
		env  []string
		uid  uint32
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
		if got := Candidates(row.env, root, row.uid); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.why, got, row.want)
		}
	}
}

func TestCandidatesWithoutPasswd(t *testing.T) {
	if got := Candidates(nil, rootWith(t, ""), 0); !slices.Equal(got, []string{"/bin/sh"}) {
		t.Errorf("got %q", got)
	}
}

// rootWith is a descriptor of a directory with that text as its /etc/passwd, or without one.
func rootWith(t *testing.T, passwd string) int {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/etc", 0o755); err != nil {
		t.Fatal(err)
	}
	if passwd != "" {
		if err := os.WriteFile(dir+"/etc/passwd", []byte(passwd), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

//go:build linux

package mounts_hostile_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// secret is what the files outside contain. No run may print it.
const secret = "a secret of the host"

// canary is a tree outside that nobody may touch, not even for a moment.
type canary struct {
	dir    string
	hash   string
	watch  int               // inotify(7)
	names  map[uint32]string // of the watched directories
	mounts string            // that name the directory of the test
}

// plant makes the tree next to the root file system, open to everybody: only nsrun keeps
// the root file system's friends away from it.
func plant(t *testing.T, root string) *canary {
	t.Helper()
	c := &canary{dir: filepath.Join(filepath.Dir(root), "outside"), names: map[uint32]string{}}
	var err error
	if c.watch, err = unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(c.watch) })
	for _, dir := range []string{"", "/e", "/pts", "/self", "/sys/kernel"} {
		if err := os.MkdirAll(c.dir+dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"canary", "null", "console", "ptmx", "kcore", "f"} {
			write(t, filepath.Join(c.dir, dir, name), secret+"\n", 0o666)
		}
	}
	must(t, filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		const events = unix.IN_ACCESS | unix.IN_MODIFY | unix.IN_ATTRIB | unix.IN_CREATE | unix.IN_DELETE | unix.IN_MOVE | unix.IN_CLOSE_WRITE
		n, err := unix.InotifyAddWatch(c.watch, path, events)
		c.names[uint32(n)] = path
		return err
	}))
	c.mounts = mountsOf(t, filepath.Dir(root))
	c.events() // those of ReadDir
	c.hash = hashTree(t, c.dir)
	c.events()
	return c
}

// quiet is untouched where the mounts may change.
func (c *canary) quiet(t *testing.T) {
	t.Helper()
	if events := c.events(); len(events) > 0 {
		t.Errorf("outside: %d events, the first: %s", len(events), events[0])
	}
	if now := hashTree(t, c.dir); now != c.hash {
		t.Errorf("the files outside differ:\n%s", difference(c.hash, now))
	}
	c.events()
}

// untouched fails the test unless all is as it was, and has been all the time.
func (c *canary) untouched(t *testing.T) {
	t.Helper()
	c.quiet(t)
	if now := mountsOf(t, filepath.Dir(c.dir)); now != c.mounts {
		t.Errorf("the mounts outside differ:\n%s", difference(c.mounts, now))
	}
}

// events are what has happened in the tree.
func (c *canary) events() (list []string) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := unix.Read(c.watch, buffer)
		if err != nil || n < unix.SizeofInotifyEvent {
			return list
		}
		for at := 0; at < n; {
			event := buffer[at:n]
			size := int(binary.NativeEndian.Uint32(event[12:]))
			name := strings.TrimRight(string(event[16:16+size]), "\x00")
			dir := c.names[binary.NativeEndian.Uint32(event)]
			list = append(list, fmt.Sprintf("event %#x on %s/%s", binary.NativeEndian.Uint32(event[4:]), dir, name))
			at += unix.SizeofInotifyEvent + size
		}
	}
}

// hashTree describes every file below dir.
func hashTree(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	must(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Lstat(path, &st); err != nil {
			return err
		}
		target, _ := os.Readlink(path)
		var sum [32]byte
		if st.Mode&unix.S_IFMT == unix.S_IFREG {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum = sha256.Sum256(data)
		}
		lines = append(lines, fmt.Sprintf("%s %o %d:%d %d %d:%d %d %q %x", path, st.Mode, st.Uid, st.Gid, st.Ino,
			st.Mtim.Sec, st.Mtim.Nsec, st.Rdev, target, sum[:6]))
		return nil
	}))
	return strings.Join(lines, "\n")
}

// mountsOf are the mounts outside that have to do with a directory.
func mountsOf(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(mountinfo(t, "self")) {
		if strings.Contains(line, dir) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// harmless fails the test unless a run has either worked or been refused with a message,
// and has told nothing of what is outside.
func harmless(t *testing.T, r nstest.Result, what string) {
	t.Helper()
	if strings.Contains(r.Stdout+r.Stderr, secret) {
		t.Errorf("%s: the command has read a file outside: %q %q", what, r.Stdout, r.Stderr)
	}
	if r.Signal != 0 || r.Code != 0 && r.Code < 125 || r.Code > 127 {
		t.Errorf("%s: status %d, stdout %q, stderr %q", what, r.Code, r.Stdout, r.Stderr)
	}
	if r.Code >= 125 {
		isMessage(t, r.Stderr)
	}
}

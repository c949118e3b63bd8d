//go:build linux

package mounts_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// mountinfo is the mount table of the host.
func mountinfo(t *testing.T) string {
	t.Helper()
	table, err := os.ReadFile("/proc/self/mountinfo")
	fatal(t, err)
	return string(table)
}

// listing is every name below dir, with what a run could change of it.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	fatal(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		var st unix.Stat_t
		if err == nil {
			err = unix.Lstat(path, &st)
		}
		line := fmt.Sprintf("%o %d:%d %s", st.Mode, st.Uid, st.Gid, path)
		if st.Mode&unix.S_IFMT == unix.S_IFREG {
			line += fmt.Sprintf(" %d %v", st.Size, st.Mtim)
		}
		lines = append(lines, line)
		return err
	}))
	return strings.Join(lines, "\n")
}

// loops are the files of this test that loop devices are attached to.
func loops(t *testing.T) []string {
	t.Helper()
	var files []string
	paths, err := filepath.Glob("/sys/block/loop*/loop/backing_file")
	fatal(t, err)
	for _, path := range paths {
		// One that is detached meanwhile is none. The file's path is shown in full where it
		// can be reached from here.
		file, _ := os.ReadFile(path)
		if strings.HasPrefix(string(file), os.TempDir()) || strings.HasPrefix(string(file), "/mnt/bad/") {
			files = append(files, path+" "+strings.TrimSpace(string(file)))
		}
	}
	return files
}

// unchanged returns a function that fails the test unless mounts, loop devices and these
// directories are what they were.
func unchanged(t *testing.T, dirs ...string) (check func(t *testing.T, why string)) {
	t.Helper()
	look := func() []string {
		state := []string{mountinfo(t)}
		for _, dir := range dirs {
			state = append(state, listing(t, dir))
		}
		return state
	}
	before := look()
	return func(t *testing.T, why string) {
		t.Helper()
		for i, after := range look() {
			if after != before[i] {
				t.Errorf("%s: changed:\n%s", why, difference(before[i], after))
			}
		}
		noLoops(t, why)
	}
}

// noLoops waits for the kernel, which detaches a device some time after the mount is gone.
func noLoops(t *testing.T, why string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); len(loops(t)) > 0; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: still attached: %q", why, loops(t))
		}
	}
}

// difference are the lines that one has and the other not.
func difference(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	var lines []string
	for _, line := range a {
		if !slices.Contains(b, line) {
			lines = append(lines, "- "+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			lines = append(lines, "+ "+line)
		}
	}
	return strings.Join(lines, "\n")
}

//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// CVE-2024-21626: a link in the container to a descriptor that nsjoin has open leads to
// the machine's files. The container shares the PID namespace, or its /proc would not
// know nsjoin.
func TestAWorkingDirectoryThatLeadsOut(t *testing.T) {
	root.require(t)
	rootfs := nstest.Rootfs(t)
	for fd := range 24 {
		if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", fd), fmt.Sprintf("%s/tmp/fd%d", rootfs, fd)); err != nil {
			t.Fatal(err)
		}
	}
	target := sleeperIn(t, as(root, nstest.Tool(t, "nsrun"), "--mnt", rootfs, "sh", "-c",
		`mount -t proc proc /proc 2>/dev/null; exec "$@"`, "sh"))
	var inherited []*os.File
	for range 6 {
		dir, err := os.Open("/")
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		inherited = append(inherited, dir)
	}
	for fd := range 24 {
		for _, dir := range []string{"/tmp/fd%d", "/proc/self/fd/%d", "/tmp/fd%d/../../..", "/proc/self/fd/%d/.."} {
			option := "-W=" + fmt.Sprintf(dir, fd)
			cmd := as(root, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target), option, "sh", "-c", "ls -id . /; pwd -P")
			cmd.ExtraFiles = inherited
			if r := nstest.Exec(t, cmd); r.Code == 0 {
				checkBelowRoot(t, option, r.Stdout)
			} else {
				refused(t, r, 125, "working directory")
			}
		}
	}
}

// checkBelowRoot: the only directory that such a link may lead to is the container's own root.
func checkBelowRoot(t *testing.T, option, output string) {
	t.Helper()
	lines := strings.Split(output, "\n")
	if len(lines) < 3 || lines[2] != "/" || strings.Fields(lines[0])[0] != strings.Fields(lines[1])[0] {
		t.Errorf("%s: the command started in %q", option, output)
	}
}

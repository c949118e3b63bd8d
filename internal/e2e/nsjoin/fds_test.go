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

// What is closed for nsjoin is /dev/null for the command, and nothing else lands there.
func TestClosedStandardStreams(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := plainContainer(t, who)
		for _, closed := range []string{"<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"} {
			t.Run(closed, func(t *testing.T) {
				script := fmt.Sprintf(`exec "$0" "$@" %s`, closed)
				pid := sleeperIn(t, as(who, "sh", "-c", script, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target)))
				for fd, sign := range []string{"<&-", " >&-", "2>&-"} {
					link, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
					if err != nil {
						t.Errorf("descriptor %d: %v", fd, err)
					} else if strings.Contains(" "+closed, sign) && link != "/dev/null" {
						t.Errorf("descriptor %d is %s", fd, link)
					}
				}
				checkDescriptors(t, pid)
			})
		}
	})
}

// checkDescriptors: a process has 0, 1 and 2, and no others.
func checkDescriptors(t *testing.T, pid int) {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err != nil || fd > 2 {
			link, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, e.Name()))
			t.Errorf("process %d has descriptor %s: %s", pid, e.Name(), link)
		}
	}
}

func TestInheritedDescriptorsStayOutside(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := plainContainer(t, who)
		for _, options := range []string{"", "-F", "-U -u", "--privileged"} {
			t.Run("options "+options, func(t *testing.T) {
				args := append(strings.Fields(options), "-t", strconv.Itoa(target))
				cmd := as(who, nstest.Tool(t, "nsjoin"), args...)
				for range 8 {
					dir, err := os.Open("/")
					if err != nil {
						t.Fatal(err)
					}
					defer dir.Close()
					cmd.ExtraFiles = append(cmd.ExtraFiles, dir)
				}
				checkDescriptors(t, sleeperIn(t, cmd))
			})
		}
	})
}

//go:build linux

package nsjoin_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// --explain names the calls, and makes none of them.
func TestExplain(t *testing.T) {
	root.require(t)
	target := strconv.Itoa(inUserNS(t, root))
	for _, row := range []struct {
		args  string
		words []string
		not   []string
	}{
		{"", []string{"pidfd_open(" + target, "setns(pidfd, ", "CLONE_NEWUSER", "CLONE_NEWNS", "setresuid", "clone3", "execve"}, nil},
		{"-u", []string{"setns(pidfd, CLONE_NEWUTS)", "nsenter -t " + target + " --uts", "execve"}, []string{"open_tree", "clone3", "setresuid"}},
		{"-n=/proc/self/ns/net", []string{`open("/proc/self/ns/net"`, "CLONE_NEWNET"}, []string{"CLONE_NEWNS"}},
		{"-u -W=/tmp", []string{`chdir("/tmp")`}, nil},
		{"-u -r -w", []string{"/proc/" + target + "/root", "/proc/" + target + "/cwd", "chroot"}, nil},
	} {
		t.Run(row.args, func(t *testing.T) {
			args := append([]string{"-t", target, "--explain"}, append(strings.Fields(row.args), "touch", "/x")...)
			text := joined(t, root, args...)
			for _, word := range row.words {
				if !strings.Contains(text, word) {
					t.Errorf("no %q in\n%s", word, text)
				}
			}
			for _, word := range row.not {
				if strings.Contains(text, word) {
					t.Errorf("%q in\n%s", word, text)
				}
			}
			for i, line := range numbered(text) {
				if !strings.HasPrefix(strings.TrimSpace(line), strconv.Itoa(i+1)) {
					t.Errorf("step %d is %q", i+1, line)
				}
			}
		})
	}
}

// numbered are the lines that begin with a number.
func numbered(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] >= '0' && line[0] <= '9' {
			list = append(list, line)
		}
	}
	return list
}

func TestExplainChangesNothing(t *testing.T) {
	root.require(t)
	target := strconv.Itoa(inUserNS(t, root))
	forbidden := []int{unix.SYS_SETNS, unix.SYS_UNSHARE, unix.SYS_MOUNT, unix.SYS_CHROOT, unix.SYS_SETGROUPS,
		unix.SYS_SETRESUID, unix.SYS_EXECVEAT, unix.SYS_OPEN_TREE, unix.SYS_MOUNT_SETATTR, unix.SYS_MEMFD_CREATE}
	for _, args := range [][]string{{"true"}, {"-U", "-m", "-r", "-w", "true"}, {"-F", "true"}, {}} {
		var made []string
		w := &watch{command: "/none", each: func(c call) verdict {
			if slices.ContainsFunc(forbidden, c.is) || c.is(unix.SYS_EXECVE) {
				made = append(made, fmt.Sprint(c.number))
			}
			return goOn
		}}
		cmd := as(root, nstest.Tool(t, "nsjoin"), append([]string{"--explain", "-t", target}, args...)...)
		if status := w.run(t, cmd); status.ExitStatus() != 0 {
			t.Errorf("%v: exit status %d", args, status.ExitStatus())
		}
		if len(made) > 0 {
			t.Errorf("%v: made the system calls %v", args, made)
		}
	}
}

func TestExplainOfWhatCannotBe(t *testing.T) {
	refused(t, join(t, plain, "--explain", "-t", "0", "true"), 125, "PID")
	refused(t, join(t, plain, "--explain", "-u", "true"), 125, "no target")
}

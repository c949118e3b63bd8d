//go:build linux

package nsjoin_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// ways are those in which a target can be pinned and its namespaces joined.
var ways = []way{
	{"pidfd", 0, nil, true},
	{"setns of one kind at a time", unix.EINVAL, []string{"setns:several"}, true},
	{"no pidfd_open", unix.ENOSYS, []string{"pidfd_open"}, false},
}

type way struct {
	name   string
	errno  unix.Errno
	denied []string
	pidfd  bool // what pins the target
}

// The target dies before each system call of nsjoin in turn; another process gets its
// PID, or none does. Whatever nsjoin has seen until then, it is in all namespaces of the
// one, or of the other when it has not looked before, or it fails; and never in some of each.
func TestATargetThatDiesAtAnyMoment(t *testing.T) {
	nsjoin := nstest.Tool(t, "nsjoin")
	root.require(t)
	for _, way := range ways {
		for _, reuse := range []bool{false, true} {
			if !reuse && way.denied != nil {
				continue // less than with another in its place, and as slow
			}
			t.Run(fmt.Sprintf("%s, PID used again: %v", way.name, reuse), func(t *testing.T) {
				nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWPID}, func(t *testing.T) {
					for at, again := 1, 0; ; at++ {
						died, reused := dieAt(t, at, reuse, way, nsjoin)
						if !died {
							break
						}
						if reuse && !reused {
							at, again = at-1, again+1
						}
						if at > 500 || again > 50 {
							t.Fatalf("no end after %d system calls; the PID was not to be had %d times", at, again)
						}
					}
				})
			})
		}
	}
}

// dieAt lets the target die at the given system call. It has not died when there were
// fewer.
func dieAt(t *testing.T, at int, reuse bool, way way, nsjoin string) (died, reused bool) {
	t.Helper()
	first := newDying(t)
	defer first.release()
	second, calls, pinned := first, 0, false
	var in map[string]string
	w := &watch{command: "/bin/true"}
	previous := uint64(0)
	w.each = func(c call) verdict {
		// a row of prctl(PR_CAPBSET_DROP) is one moment
		if c.number != previous || c.path() != "" {
			calls++
		}
		previous = c.number
		if calls == at && !died {
			died = true
			first.die()
			if reuse {
				if next := successor(t, first.pid); next != nil {
					second, reused = next, true
				}
			}
		}
		if !died && (c.is(unix.SYS_PIDFD_OPEN) && way.pidfd || c.path() == fmt.Sprintf("/proc/%d", first.pid)) {
			pinned = true
		}
		return goOn
	}
	w.last = func(c call) verdict {
		in = map[string]string{}
		for _, kind := range dyingKinds {
			in[kind] = namespace(t, c.pid, kind)
		}
		return goOn
	}
	stderr := tempFile(t)
	cmd := deny(t, way.errno, way.denied, as(root, nsjoin, "-t", strconv.Itoa(first.pid), "/bin/true"))
	cmd.Stderr = stderr
	code := w.run(t, cmd).ExitStatus()
	if !died {
		first.die()
	}
	if second != first {
		second.die()
		defer second.release()
	}
	switch {
	case died && reuse != reused: // a thread has the PID: whatever was done, it will be tried again
	case in == nil:
		checkGone(t, code, readBack(t, stderr), first.pid)
	default:
		checkWhere(t, fmt.Sprintf("call %d", at), in, first, second, pinned)
		if code != 0 {
			t.Errorf("call %d: exit status %d", at, code)
		}
	}
	return died, reused
}

func checkWhere(t *testing.T, when string, in map[string]string, first, second *dying, pinned bool) {
	t.Helper()
	ofFirst, ofSecond := 0, 0
	for kind, ns := range in {
		if ns == first.ns[kind] {
			ofFirst++
		}
		if ns == second.ns[kind] {
			ofSecond++
		}
	}
	switch {
	case ofFirst == len(in):
	case ofSecond == len(in) && !pinned: // the number was its when nsjoin looked first
	default:
		t.Errorf("%s: the command is in %v; the target was in %v, the next with its PID is in %v",
			when, in, first.ns, second.ns)
	}
}

func checkGone(t *testing.T, code int, message string, pid int) {
	t.Helper()
	if code != 125 {
		t.Errorf("exit status %d, want 125: %s", code, message)
	}
	checkMessage(t, message)
	if strings.Contains(message, "pidfd_open(") && strings.Contains(message, "ENOENT") {
		t.Errorf("pidfd_open gives no ENOENT: %s", message)
	}
	if !strings.Contains(message, fmt.Sprintf("process %d", pid)) || !strings.Contains(message, "ESRCH") &&
		!strings.Contains(message, "gone") && !strings.Contains(message, "there is no process") {
		t.Errorf("does not say that process %d is gone: %s", pid, message)
	}
}

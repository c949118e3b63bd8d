//go:build linux

package nstest

import (
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Child says in what surroundings [InChild] runs a test.
type Child struct {
	// Cloneflags are the namespaces that the child gets, CLONE_NEW*. CLONE_NEWNS is
	// always added, with every mount private; a new PID namespace gets a fresh /proc.
	// For a caller that is not root CLONE_NEWUSER and MapUser are added.
	Cloneflags uintptr
	// User runs the child as UserID, and has UserID make the user namespace where
	// there is one. Nothing changes for a caller that is not root.
	User bool
	// MapUser maps uid and gid 0 of the new user namespace to those of its maker.
	MapUser bool
	// MapAll maps 0 to 65535 one to one. Only root can do that.
	MapAll bool
	// Env is added to the environment.
	Env []string

	limit time.Duration // how long it may take; 0 is childLimit
}

// childLimit is for a machine that is ten times slower than a common one.
const childLimit = 60 * time.Second

// InChild runs fn in a re-executed child of the test binary that has the namespaces of
// c. The child passes only when it exits with status 0 and, as the last thing that it
// does, reports that fn has returned: a panic, a call of os.Exit, a signal and a hang
// all fail the test. What the child prints is shown when it fails, or with -test.v. A
// skip in the child skips the test.
//
// In the child the machine's files are read-only, but for the temporary directories of
// this run, and what fn leaves mounted below those is detached when it returns, before
// t.TempDir removes the files that it finds there. A subtest of fn that mounts something
// below its own t.TempDir has to unmount it, or to use [TempDir].
//
// The child runs the same test from its first line, so what stands above InChild runs
// in both processes, and what stands below it in the parent alone.
func InChild(t *testing.T, c Child, fn func(t *testing.T)) {
	t.Helper()
	call := calls.next(t)
	if this != nil {
		this.enter(t, call, fn)
		return
	}
	requireMain(t)
	c = c.forCaller(t)

	end := c.run(t, call)
	switch v := judge(end); v.outcome {
	case failed:
		t.Fatalf("%s\n%s", v.text, indent(end.output))
	case skipped:
		Skip(t, "%s", v.text)
	case passed:
		if testing.Verbose() && len(end.output) > 0 {
			t.Logf("the child printed:\n%s", indent(end.output))
		}
	}
}

// forCaller adds what the caller's privileges make necessary.
func (c Child) forCaller(t *testing.T) Child {
	t.Helper()
	c.Cloneflags &^= unix.CLONE_NEWNS // see start
	if c.limit == 0 {
		c.limit = childLimit
	}
	if deadline, ok := t.Deadline(); ok {
		c.limit = min(c.limit, time.Until(deadline)-2*time.Second)
	}
	if os.Geteuid() == 0 {
		if c.User && c.MapAll {
			t.Fatal("nstest: an unprivileged user (User) cannot map all ids (MapAll)")
		}
		return c
	}
	c.User = false
	if c.MapAll {
		Skip(t, "only root can map all ids")
	}
	if c.Cloneflags&unix.CLONE_NEWUSER == 0 {
		c.Cloneflags |= unix.CLONE_NEWUSER
		c.MapUser = true
	}
	return c
}

// attributes are those of a process in the namespaces of c, started by the caller.
func (c Child) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{
		Cloneflags: c.Cloneflags,
		// As Unshareflags and not as Cloneflags, because then Go also makes every
		// mount private.
		Unshareflags: unix.CLONE_NEWNS,
		Pdeathsig:    syscall.SIGKILL,
	}
	switch {
	case c.MapAll:
		all := []syscall.SysProcIDMap{{Size: 65536}}
		attr.UidMappings, attr.GidMappings = all, all
		attr.GidMappingsEnableSetgroups = true
	case c.MapUser:
		attr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return attr
}

// callCounter numbers the InChild calls of each test: the number and the name of the
// test say for which of several calls a child was started.
type callCounter struct {
	sync.Mutex
	count map[string]int
}

var calls = callCounter{count: map[string]int{}}

type call struct {
	Test   string
	Number int
}

func (c *callCounter) next(t *testing.T) call {
	c.Lock()
	defer c.Unlock()
	name := t.Name()
	c.count[name]++
	if c.count[name] == 1 {
		t.Cleanup(func() { // with -test.count=2 the test starts from 1 again
			c.Lock()
			defer c.Unlock()
			delete(c.count, name)
		})
	}
	return call{Test: name, Number: c.count[name]}
}

//go:build linux

package nstest

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// What counts as left behind, seen from the namespaces in which the test binary was
// started:
//
//   - every process that descends from it, with the namespaces that it holds;
//   - a new mount that names the temporary directory of this run, as its source, its
//     root or its mount point, and every new bind mount of a namespace file that is
//     not in the temporary directory of another such run;
//   - a new loop device whose file is below the temporary directory;
//   - a new cgroup without processes, and a new entry of a directory in which the
//     engines keep their state, whose name contains one of ourNames;
//   - another host name or domain name.
//
// Unrelated processes and the tests of another package may come and go meanwhile. With
// NSTEST_STRICT_LEAKS=1 nothing may: then every difference of these lists, and of the
// namespaces and network interfaces that can be seen, is a failure.

// ourNames are what cgroups and containers made by the tools and the tests are called.
var ourNames = []string{"nskit", "nsrun", "nsjoin", "nstest"}

// item is one thing on the machine that could be left behind. Two items are the same
// when they are equal.
type item struct {
	kind string
	text string // describes it wholly
	path string // by which a loop device or a cgroup is known to be ours
}

const (
	kindMount     = "mount"
	kindBoundNS   = "mount of a namespace"
	kindLoop      = "loop device"
	kindCgroup    = "cgroup"
	kindState     = "engine state"
	kindHost      = "host"
	kindNamespace = "namespace"
	kindInterface = "network interface"
)

type items map[item]bool

func strict() bool { return os.Getenv("NSTEST_STRICT_LEAKS") == "1" }

// observe lists what is there now.
func observe() (items, error) {
	seen := items{}
	if err := observeMounts(seen); err != nil {
		return nil, err
	}
	if err := observeCgroups(seen); err != nil {
		return nil, err
	}
	observeLoops(seen)
	observeState(seen)
	if err := observeHost(seen); err != nil {
		return nil, err
	}
	if strict() {
		observeNamespaces(seen)
		observeInterfaces(seen)
	}
	return seen, nil
}

// settleTime is how long the kernel may take for what it frees after the last user is
// gone: the death of a PID namespace, a loop device, a cgroup.
const settleTime = 5 * time.Second

// settle returns what is left of the run, and kills the processes among it.
func settle(before items, dir string) []string {
	var left []string
	for deadline := time.Now().Add(settleTime); ; time.Sleep(20 * time.Millisecond) {
		reapAll()
		processes := descendants(os.Getpid())
		left = describe(processes)
		after, err := observe()
		if err != nil {
			return append(left, err.Error())
		}
		left = append(left, compare(before, after, dir)...)
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			for _, pid := range processes {
				_ = unix.Kill(pid, unix.SIGKILL)
			}
			return left
		}
	}
}

func compare(before, after items, dir string) []string {
	var left []string
	for it := range after {
		if !before[it] && (strict() || it.ours(dir)) {
			left = append(left, it.kind+" "+it.text)
		}
	}
	for it := range before {
		if strict() && !after[it] {
			left = append(left, "gone: "+it.kind+" "+it.text)
		}
	}
	return left
}

// ours is the rule for a machine on which other things happen meanwhile.
func (it item) ours(dir string) bool {
	switch it.kind {
	case kindMount, kindLoop:
		return strings.Contains(it.text, dir)
	case kindBoundNS:
		return strings.Contains(it.text, dir) || !strings.Contains(it.path, "/"+tempPrefix)
	case kindCgroup:
		return hasOurName(it.path) && cgroupIsEmpty(it.path)
	case kindState:
		return hasOurName(it.path)
	case kindHost:
		return true
	}
	return false
}

func hasOurName(path string) bool {
	for _, name := range ourNames {
		if strings.Contains(path, name) {
			return true
		}
	}
	return false
}

// reapAll reaps the orphans that have ended. It returns at once.
func reapAll() {
	for {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if err != unix.EINTR && (err != nil || pid == 0) {
			return
		}
	}
}

func describe(pids []int) []string {
	var out []string
	for _, pid := range pids {
		out = append(out, fmt.Sprintf("process %d (%s) in namespaces %s",
			pid, commandLine(pid), strings.Join(namespacesOf(pid), " ")))
	}
	return out
}

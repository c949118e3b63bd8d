//go:build linux

package nstest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// descendants lists the processes below pid, parents first. Zombies are left out: they
// hold nothing, and their parent is there to reap them or to be listed.
func descendants(pid int) []int {
	children := map[int][]int{}
	for _, p := range allProcesses() {
		if parent, ok := parentOf(p); ok {
			children[parent] = append(children[parent], p)
		}
	}
	var found []int
	for queue := []int{pid}; len(queue) > 0; queue = queue[1:] {
		below := children[queue[0]]
		found = append(found, below...)
		queue = append(queue, below...)
	}
	return found
}

func allProcesses() []int {
	names, _ := filepath.Glob("/proc/[0-9]*")
	pids := make([]int, 0, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(filepath.Base(name)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// parentOf is false for a zombie and for a process that is gone.
func parentOf(pid int) (int, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// "pid (comm) state ppid ...", where comm may hold parentheses and spaces
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 2 || fields[0] == "Z" || fields[0] == "X" {
		return 0, false
	}
	parent, err := strconv.Atoi(fields[1])
	return parent, err == nil
}

func commandLine(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.TrimSpace(string(bytes.ReplaceAll(text, []byte{0}, []byte{' '})))
}

// namespacesOf lists those that the process does not share with the caller.
func namespacesOf(pid int) []string {
	var found []string
	names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/ns/*", pid))
	for _, name := range names {
		link, err := os.Readlink(name)
		own, _ := os.Readlink("/proc/self/ns/" + filepath.Base(name))
		if err == nil && link != own && !slices.Contains(found, link) {
			found = append(found, link)
		}
	}
	return found
}

func observeNamespaces(seen items) {
	links, _ := filepath.Glob("/proc/[0-9]*/ns/*")
	for _, link := range links {
		if name, err := os.Readlink(link); err == nil {
			seen[item{kind: kindNamespace, text: name}] = true
		}
	}
}

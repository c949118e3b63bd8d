//go:build linux

package nsjoin_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience is far above what anything here takes; who waits longer hangs.
const patience = 20 * time.Second

// until waits for a condition.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// start starts a command that is ended, with what it started, at the end of the test.
func start(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// below are the processes that descend from pid, parents first.
func below(pid int) []int {
	var list []int
	tasks, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	for _, file := range tasks {
		text, _ := os.ReadFile(file)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				list = append(append(list, child), below(child)...)
			}
		}
	}
	return list
}

// words is the argument vector of a process, with spaces in between.
func words(pid int) string {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return strings.TrimSuffix(strings.ReplaceAll(string(text), "\x00", " "), " ")
}

// foundSleeper starts a command and waits for the process below it with these arguments.
// When that process is killed the command ends by itself.
func foundSleeper(t *testing.T, cmd *exec.Cmd, args []string) int {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := 0
	t.Cleanup(func() {
		if process, err := os.FindProcess(found); found > 0 && err == nil {
			_ = process.Kill()
		} else {
			_ = cmd.Process.Kill()
		}
		_ = cmd.Wait()
	})
	until(t, "the sleeper of "+cmd.String(), func() bool {
		for _, pid := range below(cmd.Process.Pid) {
			if words(pid) == strings.Join(args, " ") {
				found = pid
			}
		}
		return found > 0
	})
	return found
}

//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sleeper is the command line of every long-running process of the bench, by which it
// is found below a tool that started it.
var sleeper = []string{"sleep", "86400"}

// startTarget starts a process in namespaces of its own, to be joined. Its mounts are a
// copy of the bench's, so the paths of the commands hold inside too.
func startTarget(l *lab) (*exec.Cmd, error) {
	cmd := exec.Command(l.host(sleeper[0]), sleeper[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWNET |
			syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWCGROUP,
		Pdeathsig: syscall.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a process in new namespaces: %w", err)
	}
	return cmd, nil
}

// endTarget ends what startTarget started, which was this process's own child.
func endTarget(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// withContainer starts a tool that runs the sleeper in a container, calls measure with
// the tool's PID when the sleeper runs, and ends it by ending the sleeper.
func withContainer(argv []string, measure func(pid int) error) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	inside, err := awaitSleeper(cmd.Process.Pid)
	if err == nil {
		err = measure(cmd.Process.Pid)
		_ = syscall.Kill(inside, syscall.SIGKILL)
	} else {
		_ = cmd.Process.Kill()
	}
	// The status is that of a killed command.
	_ = cmd.Wait()
	return err
}

func awaitSleeper(pid int) (int, error) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if p := findSleeper(pid); p != 0 {
			return p, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return 0, errors.New("its command did not start")
}

// findSleeper looks for the sleeper among a process and its descendants.
func findSleeper(pid int) int {
	cmdline, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if string(cmdline) == strings.Join(sleeper, "\x00")+"\x00" {
		return pid
	}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		children, _ := os.ReadFile(list)
		for field := range strings.FieldsSeq(string(children)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				continue
			}
			if p := findSleeper(child); p != 0 {
				return p
			}
		}
	}
	return 0
}

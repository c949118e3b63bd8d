//go:build linux

package nstest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// Between the start of the child and the test there is work that depends on what was
// asked for, each kind in the process and with the identity that it needs:
//
//	fresh namespaces                   start(namespaces) -> mounts -> test
//	... as the unprivileged user       start(namespaces) -> mounts -> drop, exec -> test
//	... in the user's own user         start() -> drop, exec -> spawn(namespaces) ->
//	    namespace                      mounts -> test
//
// The steps still to be done travel in the environment.
type steps struct {
	Names []string
	Child Child // for stepSpawn
}

const (
	stepMounts = "mounts" // protect the machine; a fresh /proc for a new PID namespace
	stepDrop   = "drop"   // become UserID
	stepSpawn  = "spawn"  // start a child in the namespaces, wait for it, end as it ends
)

// spawns: a user namespace belongs to whoever makes it, so the user is to make it.
func (c Child) spawns() bool {
	return c.User && c.Cloneflags&unix.CLONE_NEWUSER != 0
}

func (c Child) steps() steps {
	s := steps{Child: c}
	if c.spawns() {
		s.Names = []string{stepDrop, stepSpawn}
	}
	if c.canMount() {
		s.Names = append(s.Names, stepMounts)
	}
	if c.User && !c.spawns() {
		s.Names = append(s.Names, stepDrop)
	}
	return s
}

// canMount: without an id map the child loses its capabilities when it executes.
func (c Child) canMount() bool {
	return c.Cloneflags&unix.CLONE_NEWUSER == 0 || c.MapUser || c.MapAll
}

func (c Child) prepareMounts() error {
	if err := protect(); err != nil {
		return err
	}
	if c.Cloneflags&unix.CLONE_NEWPID == 0 {
		return nil
	}
	flags := uintptr(unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC)
	if err := unix.Mount("proc", "/proc", "proc", flags, ""); err != nil {
		return fmt.Errorf("mount a fresh /proc: %w", err)
	}
	return nil
}

// firstAttributes are those of the first process of the child.
func (c Child) firstAttributes() *syscall.SysProcAttr {
	if c.spawns() {
		return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	}
	return c.attributes()
}

// takeSteps does the steps in the environment, and returns when this is the process in
// which the test runs.
func takeSteps() error {
	var s steps
	if err := json.Unmarshal([]byte(takeEnv(envSteps)), &s); err != nil {
		return fmt.Errorf("%s: %w", envSteps, err)
	}
	for len(s.Names) > 0 {
		name := s.Names[0]
		s.Names = s.Names[1:]
		switch name {
		case stepMounts:
			if err := s.Child.prepareMounts(); err != nil {
				return err
			}
		case stepDrop:
			return dropAndExec(s)
		case stepSpawn:
			return spawnAndExit(s)
		}
	}
	return nil
}

// dropAndExec executes this binary again as the unprivileged user, because a process
// that has changed its uid is not dumpable: its own files in /proc belong to root.
func dropAndExec(s steps) error {
	if err := drop(); err != nil {
		return fmt.Errorf("become user %d: %w", UserID, err)
	}
	// A change of credentials has reset it (prctl(2)).
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return err
	}
	err := syscall.Exec("/proc/self/exe", os.Args, s.environ())
	return fmt.Errorf("exec /proc/self/exe: %w", err)
}

// spawnAndExit ends this process as the child that it starts ends.
func spawnAndExit(s steps) error {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{os.NewFile(reportFd, "report")}
	cmd.SysProcAttr = s.Child.attributes()
	cmd.Env = s.environ()

	// The parent asks with SIGQUIT for the goroutines of the test, not for these.
	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGQUIT)
	if err := cmd.Start(); err != nil {
		if skipErrno(err) {
			writeReport(report{Reached: true, Skipped: true, Reason: "cannot make the namespaces: " + err.Error()})
			os.Exit(0)
		}
		return err
	}
	go func() {
		for s := range quit {
			_ = cmd.Process.Signal(s)
		}
	}()
	_ = cmd.Wait()
	os.Exit(exitStatus(cmd.ProcessState))
	return nil
}

func (s steps) environ() []string {
	env := slices.Clone(os.Environ())
	return append(env, envDir+"="+sharedDir, toEnv(envSteps, s))
}

// exitStatus is what a shell makes of a wait status: 128+n for signal n.
func exitStatus(state *os.ProcessState) int {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return state.ExitCode()
}

//go:build linux

package nstest

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// supervise runs the tests in a child process and returns the exit status of the test
// binary. That the observer is another process has two reasons: it sees what is left
// even when a test calls os.Exit or panics; and it reaps the orphans of the tests as
// PID 1 would, which the tests' own process could not do without taking the exit
// status from os/exec.
func supervise() int {
	dir, err := makeTempDir()
	if err != nil {
		return fail("%v", err)
	}
	// Orphans become children of this process, so none can get out of sight.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fail("become the subreaper: %v", err)
	}
	before, err := observe()
	if err != nil {
		return fail("%v", err)
	}
	code, err := runTests(dir)
	if err != nil {
		return fail("start the tests: %v", err)
	}
	left := settle(before, dir)
	left = append(left, removeTempDir(dir, code)...)
	for _, l := range left {
		fmt.Fprintln(os.Stderr, "nstest: left behind:", l)
	}
	if len(left) > 0 && code == 0 {
		code = 1
	}
	return code
}

func fail(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "nstest: "+format+"\n", args...)
	return 1
}

// tempPrefix begins the name of the temporary directory of each test binary.
const tempPrefix = "nstest-"

// makeTempDir makes the directory in which the tests make all of theirs: what names it
// is ours, whatever else runs on the machine. The unprivileged user may use it too.
func makeTempDir() (string, error) {
	dir, err := os.MkdirTemp("", tempPrefix)
	if err != nil {
		return "", err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // as mountinfo shows it
		return "", err
	}
	if err := os.Mkdir(sharedBelow(dir), 0o755); err != nil {
		return "", err
	}
	if err := os.Chmod(sharedBelow(dir), 0o755); err != nil { // whatever the umask is
		return "", err
	}
	return dir, os.Chmod(dir, 0o777|os.ModeSticky)
}

func sharedBelow(dir string) string { return filepath.Join(dir, ".shared") }

// removeTempDir tells what the tests left in dir. What a failed run leaves is no news.
func removeTempDir(dir string, code int) []string {
	var left []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); path != sharedBelow(dir) && code == 0 {
			left = append(left, "file "+path)
		}
	}
	if mounted, err := mountedBelow(dir); err != nil || len(mounted) > 0 {
		return left // removing it would remove the files of what is mounted there
	}
	if err := os.RemoveAll(dir); err != nil {
		left = append(left, err.Error())
	}
	return left
}

// runTests starts this binary once more, as the process that runs the tests, and
// returns its exit status.
func runTests(dir string) (int, error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)

	for name, value := range map[string]string{
		envInner: "1", envDir: sharedBelow(dir), "TMPDIR": dir,
	} {
		if err := os.Setenv(name, value); err != nil {
			return 0, err
		}
	}
	// Not through os/exec, which would wait for the child by itself. The parent death
	// signal is safe because Main runs on the main thread (see init).
	pid, err := syscall.ForkExec("/proc/self/exe", os.Args, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		return 0, err
	}
	go func() {
		for s := range signals { // go test asks for the goroutines with SIGQUIT
			_ = unix.Kill(pid, s.(syscall.Signal))
		}
	}()
	return reapUntil(pid)
}

// reapUntil reaps every child until pid is among them, and returns its exit status.
func reapUntil(pid int) (int, error) {
	for {
		var status unix.WaitStatus
		got, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case err == unix.EINTR || got != pid && err == nil:
			continue
		case err != nil:
			return 0, os.NewSyscallError("wait4", err)
		case status.Signaled():
			fmt.Fprintf(os.Stderr, "nstest: the tests were killed by %v\n", status.Signal())
			return 128 + int(status.Signal()), nil
		}
		return status.ExitStatus(), nil
	}
}

//go:build linux

package nstest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// ending is what the parent learns of a child.
type ending struct {
	err      error  // of exec.Cmd's Run
	timedOut bool   // err is then a consequence
	report   []byte // what came through the pipe
	output   []byte // stdout and stderr
}

// run starts the child and waits for its end.
func (c Child) run(t *testing.T, id call) ending {
	t.Helper()
	// The parent death signal comes when the thread that forked ends, not only when
	// the whole process does (prctl(2)): this goroutine, which waits, holds the thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()

	ctx, cancel := context.WithTimeout(context.Background(), c.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", childArgs(id, c.limit)...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = c.environ(t, id)
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = c.firstAttributes()
	// SIGQUIT makes Go print where every goroutine is; SIGKILL follows.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) }
	cmd.WaitDelay = 2 * time.Second
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output

	err = cmd.Start()
	w.Close()
	if err == nil {
		err = cmd.Wait()
	}
	// Something that outlived the child may hold the other end.
	_ = r.SetReadDeadline(time.Now().Add(time.Second))
	report, _ := io.ReadAll(io.LimitReader(r, 1<<16))
	return ending{err: err, timedOut: ctx.Err() != nil, report: report, output: output.Bytes()}
}

// childArgs are the arguments of a test binary that make it run one test.
func childArgs(id call, limit time.Duration) []string {
	var pattern []string
	for _, name := range strings.Split(id.Test, "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(name)+"$")
	}
	args := []string{
		"-test.run=" + strings.Join(pattern, "/"),
		"-test.count=1",
		"-test.paniconexit0", // as go test does: it tells where os.Exit(0) was called
		"-test.timeout=" + (limit + 10*time.Second).String(),
	}
	if testing.Verbose() {
		args = append(args, "-test.v")
	}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	return args
}

// environ is the environment of the child. Its temporary directory is inside the
// parent's, which is removed whatever happens to the child.
func (c Child) environ(t *testing.T, id call) []string {
	t.Helper()
	tmp := TempDir(t)
	if err := os.Chmod(tmp, 0o1777); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), envDir+"="+sharedDir, "TMPDIR="+tmp)
	if c.User {
		env = append(env, "HOME="+tmp)
	}
	return append(append(env, c.Env...), toEnv(envChild, id), toEnv(envSteps, c.steps()))
}

// toEnv is NAME=JSON.
func toEnv(name string, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only strings and numbers come here
	}
	return name + "=" + string(text)
}

// skipErrno: a machine without user namespaces, or without one kind of namespace, is no
// failure of the code under test.
func skipErrno(err error) bool {
	var pathErr *os.PathError // what exec.Cmd's Start returns when fork or exec fail
	if !errors.As(err, &pathErr) {
		return false
	}
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EINVAL)
}

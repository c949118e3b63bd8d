//go:build linux

package mounts_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// running is a run whose command prints sections that end with a line "---", waits for a line
// where it reads one, and ends when its standard input does.
type running struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr bytes.Buffer
}

// start starts it. It is killed when the test ends before [running.end].
func start(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	r := &running{cmd: cmd}
	stdin, err := cmd.StdinPipe()
	fatal(t, err)
	stdout, err := cmd.StdoutPipe()
	fatal(t, err)
	r.stdin, r.stdout = stdin, bufio.NewReader(stdout)
	cmd.Stderr = &r.stderr
	cmd.WaitDelay = time.Second
	fatal(t, cmd.Start())
	timer := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		timer.Stop()
		_ = cmd.Process.Kill() // it has ended, if all is well
		_ = cmd.Wait()
	})
	return r
}

// section is what the command prints up to the next line "---".
func (r *running) section(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for {
		line, err := r.stdout.ReadString('\n')
		if err != nil {
			r.stdin.Close()
			_ = r.cmd.Wait()
			t.Fatalf("the command ended after %q: %s", text.String(), r.stderr.String())
		}
		if line == "---\n" {
			return text.String()
		}
		text.WriteString(line)
	}
}

// goOn is what the command waits for.
func (r *running) goOn(t *testing.T) {
	t.Helper()
	_, err := io.WriteString(r.stdin, "\n")
	fatal(t, err)
}

// end lets the command end, which is to print nothing more.
func (r *running) end(t *testing.T) {
	t.Helper()
	fatal(t, r.stdin.Close())
	rest, _ := io.ReadAll(r.stdout)
	_ = r.cmd.Wait() // the status is that of read, at the end of its input
	if len(rest) > 0 || r.stderr.Len() > 0 {
		t.Errorf("at the end stdout %q, stderr %q", rest, r.stderr.String())
	}
}

// mountNamespace is an open mount namespace, that of the command.
func (r *running) mountNamespace(t *testing.T) *os.File {
	t.Helper()
	own, err := os.Readlink("/proc/self/ns/mnt")
	fatal(t, err)
	for todo := []string{strconv.Itoa(r.cmd.Process.Pid)}; len(todo) > 0; todo = todo[1:] {
		path := "/proc/" + todo[0] + "/ns/mnt"
		if ns, err := os.Readlink(path); err == nil && ns != own {
			f, err := os.Open(path)
			fatal(t, err)
			return f
		}
		children, _ := filepath.Glob("/proc/" + todo[0] + "/task/*/children")
		for _, file := range children {
			pids, _ := os.ReadFile(file) // of a thread that has ended by now
			todo = append(todo, strings.Fields(string(pids))...)
		}
	}
	t.Fatal("no process in another mount namespace")
	return nil
}

// allMounts are the ids of all mounts in the namespace of the command, whether a path
// leads to them or not. It is false before Linux 6.11.
func (r *running) allMounts(t *testing.T) (ids []uint64, ok bool) {
	t.Helper()
	ns := r.mountNamespace(t)
	defer ns.Close()
	var id uint64
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, ns.Fd(), unix.NS_GET_MNTNS_ID, uintptr(unsafe.Pointer(&id))); errno == unix.ENOTTY {
		return nil, false
	} else if errno != 0 {
		t.Fatalf("NS_GET_MNTNS_ID: %v", errno)
	}
	// struct mnt_id_req of linux/mount.h, MNT_ID_REQ_SIZE_VER1, LSMT_ROOT.
	request := struct {
		size, spare  uint32
		mount, after uint64
		namespace    uint64
	}{size: 32, mount: ^uint64(0), namespace: id}
	ids = make([]uint64, 1000)
	n, _, errno := unix.Syscall6(unix.SYS_LISTMOUNT, uintptr(unsafe.Pointer(&request)), uintptr(unsafe.Pointer(&ids[0])), uintptr(len(ids)), 0, 0, 0)
	if errno != 0 {
		t.Fatalf("listmount: %v", errno)
	}
	return ids[:n], true
}

//go:build linux

package mounts_hostile_test

import (
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// SIGKILL for the tool, or for any process of the run, at any moment of the start: no process, no
// mount and no loop device is left. Mount points that were created in the root file system
// may stay: nobody is there any more who knows of them.
func TestKillAtRandomMoments(t *testing.T) {
	nstest.RequireRoot(t)
	image := makeImage(t, "squashfs")
	for _, row := range []struct {
		name    string
		options []string
		asRoot  bool
	}{
		{"volumes and an overlay", []string{"-v", "SRC:/a/b", "-v", "SRC/f:/c:ro", "--tmpfs=/t", "--overlay", "--mask=default"}, false},
		{"images", []string{"-v", "SRC:/a/b", "--fs=auto:" + image + ":/i", "--overlay"}, true},
		{"images in a user namespace", []string{"-r", "-v", "SRC:/a/b", "--fs=auto:" + image + ":/i", "--fs=squashfs:" + image + ":/j"}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				if row.asRoot && !c.root {
					return // images are root's
				}
				root, canary := hostileRootfs(t, c)
				args := job(expand(row.options, source(t, root)), root, "sh", "-c", "echo running; sleep 1000 & sleep 1000")
				length := startTime(t, c, args)
				started := 0
				for i := range 40 {
					started += killed(t, c.nsrun(t, args...), time.Duration(rand.Int63n(int64(length))), i%3 == 0)
				}
				if started == 0 || started == 40 {
					t.Errorf("%d of 40 runs were killed after their start: the moments are not well chosen", started)
				}
				eventually(t, func() error {
					if loops := loopsOf(filepath.Dir(image)); len(loops) > 0 {
						return fmt.Errorf("the loop devices %v are left", loops)
					}
					return nil
				})
				canary.untouched(t)
			})
		})
	}
}

// startTime is how long a run takes until its command runs, and a little longer.
func startTime(t *testing.T, c caller, args []string) time.Duration {
	t.Helper()
	begin := time.Now()
	killed(t, c.nsrun(t, args...), -1, false)
	return (time.Since(begin) + time.Millisecond) * 3 / 2
}

var marks int

// killed starts a run and kills it after a while, or when its command runs (-1), and returns 1
// when that had been reached. Processes of the run are known by their environment.
func killed(t *testing.T, cmd *exec.Cmd, after time.Duration, another bool) int {
	t.Helper()
	marks++
	mark := fmt.Sprintf("HOSTILE_TEST_MARK=%d.%d", os.Getpid(), marks)
	cmd.Env = append(cmd.Env, mark)
	read, write, err := os.Pipe()
	must(t, err)
	defer read.Close()
	cmd.Stdout = write
	must(t, cmd.Start())
	write.Close()
	buffer, n := make([]byte, 64), 0
	if after < 0 {
		n, err = read.Read(buffer)
		must(t, err)
	}
	time.Sleep(max(after, 0))
	victim := cmd.Process.Pid
	if pids := marked(mark); another && len(pids) > 0 {
		victim = pids[rand.Intn(len(pids))]
	}
	_ = unix.Kill(victim, unix.SIGKILL)
	if victim != cmd.Process.Pid { // the tool may go on as long as the command lives
		time.Sleep(time.Millisecond)
		_ = unix.Kill(cmd.Process.Pid, unix.SIGKILL)
	}
	_ = cmd.Wait()
	eventually(t, func() error {
		if pids := marked(mark); len(pids) > 0 {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pids[0]))
			return fmt.Errorf("process %d is left: %q", pids[0], line)
		}
		return nil
	})
	_ = read.SetReadDeadline(time.Now().Add(time.Second))
	if n == 0 {
		n, _ = read.Read(buffer)
	}
	return min(n, 1)
}

// marked lists the processes with this mark that are no zombies.
func marked(mark string) (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		env, _ := os.ReadFile("/proc/" + e.Name() + "/environ")
		if strings.Contains("\x00"+string(env), "\x00"+mark+"\x00") {
			pids = append(pids, pid)
		}
	}
	return pids
}

//go:build linux

package nsrun_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// The command gets 0, 1 and 2, whatever else the caller has open, directories of the host
// first of all.
func TestDescriptors(t *testing.T) {
	root := nstest.Rootfs(t)
	var open []*os.File
	for i := range 18 { // 3 to 20
		path := []string{"/", "/etc", "/dev/null"}[i%3]
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		open = append(open, f)
	}
	for way, options := range ways(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				cmd := c.nsrun(t, append(options, "env")...)
				cmd.ExtraFiles = open
				pid := nstest.SleeperCmd(t, cmd)
				eventually(t, func() error { // a program that starts has its libraries open
					if names := descriptors(pid); !slices.Equal(names, []string{"0", "1", "2"}) {
						return fmt.Errorf("the command has the descriptors %v", names)
					}
					return nil
				})
			})
		})
	}
}

func descriptors(pid int) []string {
	var names []string
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A standard stream that the caller has closed is /dev/null for the command, and nothing
// of the tool is in its place.
func TestClosedStandardStreams(t *testing.T) {
	root := nstest.Rootfs(t)
	// A bit for each stream that is no character device, so still the caller's pipe.
	const look = `for i in 0 1 2; do
		[ -c /proc/self/fd/$i ] || n=$((n | 1 << i))
		[ -e /proc/self/fd/$i ] || n=$((n | 8))
	done; for i in 3 4 5 6 7 8 9; do [ ! -e /proc/self/fd/$i ] || n=$((n | 16)); done; exit $((n + 64))`
	for way, options := range ways(root) {
		t.Run(way, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				for set := range 8 {
					script := `exec "$NSRUN" "$@"`
					for fd := range 3 {
						if set>>fd&1 != 0 {
							script += fmt.Sprintf(" %d>&-", fd)
						}
					}
					cmd := c.shell(t, script, append(options, "sh", "-c", look)...)
					cmd.Stdin = strings.NewReader("a pipe")
					r := nstest.Exec(t, cmd)
					if want := 64 + 7&^set; r.Code != want || r.Stdout+r.Stderr != "" {
						t.Errorf("%s: status %d, want %d; %q", script, r.Code, want, r.Stdout+r.Stderr)
					}
				}
			})
		})
	}
}

// The tool itself with closed streams: its answers have nowhere to go, and it does not die
// of that in another way than by an error.
func TestClosedStreamsOfTheTool(t *testing.T) {
	eachCaller(t, func(t *testing.T, c caller) {
		for _, row := range []struct {
			script string
			code   int
			stderr string
		}{
			{`exec "$NSRUN" --nothing-like-it 2>&-`, 125, ""},
			{`exec "$NSRUN" --nothing-like-it <&- >&-`, 125, "nsrun: "},
			{`exec "$NSRUN" --uts nothing-like-it <&- >&- 2>&-`, 127, ""},
			{`exec "$NSRUN" --uts nothing-like-it 2>/dev/full`, 127, ""},
			{`exec "$NSRUN" --uts true >/dev/full`, 0, ""},
			{`exec "$NSRUN" --mnt --fork sh -c 'exit 3' >/dev/full 2>&1`, 3, ""},
			{`exec "$NSRUN" --help >/dev/full`, 125, "no space left on device"},
			{`exec "$NSRUN" --version >/dev/full`, 125, "no space left on device"},
			{`exec "$NSRUN" --completion=bash >/dev/full`, 125, "no space left on device"},
			{`exec "$NSRUN" --explain --uts true >/dev/full`, 125, "no space left on device"},
		} {
			r := nstest.Exec(t, c.shell(t, row.script))
			if r.Code != row.code || !strings.Contains(r.Stderr, row.stderr) || row.stderr == "" && r.Stderr != "" {
				t.Errorf("%s: status %d, want %d; stderr %q, want %q", row.script, r.Code, row.code, r.Stderr, row.stderr)
			}
		}
	})
}

// Where the caller has no /dev/null, what takes the place of a closed stream must not be
// a way to the caller's files.
func TestClosedStreamsWithoutDevNull(t *testing.T) {
	c := asRoot(t)
	nstest.InChild(t, nstest.Child{}, func(t *testing.T) {
		root := nstest.Rootfs(t)
		if err := unix.Mount("tmpfs", "/dev", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		const look = `for i in 0 1 2; do ls -d /proc/$$/fd/$i/etc /proc/$$/fd/$i/dev; done 2>/dev/null; true`
		for _, closed := range []string{"<&-", "<&- 2>&-"} {
			cmd := c.shell(t, `exec "$NSRUN" "$@" `+closed, mainJob(root, "sh", "-c", look)...)
			cmd.Stdin = strings.NewReader("") // not /dev/null, which is not there
			r := nstest.Exec(t, cmd)
			if r.Stdout != "" {
				t.Errorf("%s: the command reaches the caller's root: %q", closed, r.Stdout)
			}
		}
	})
}

// Standard streams that the caller has set to O_NONBLOCK start Go's poller, which must
// not notice that the tool ends as another program.
func TestNonBlockingStreams(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		for range 50 {
			out, code := runNonBlocking(t, c, mainJob(root, "sh", "-c", "echo x; exit 3"))
			if out != "x\n" || code != 3 {
				t.Fatalf("status %d, output %q", code, out)
			}
		}
	})
}

// runNonBlocking runs nsrun with one pipe, not blocking, as both outputs. Not by os/exec,
// which would make the pipe blocking.
func runNonBlocking(t *testing.T, c caller, args []string) (output string, code int) {
	t.Helper()
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(p[0])
	cmd := c.nsrun(t, args...)
	pid, err := syscall.ForkExec(cmd.Path, cmd.Args, &syscall.ProcAttr{
		Env: cmd.Env, Files: []uintptr{uintptr(p[0]), uintptr(p[1]), uintptr(p[1])}, Sys: cmd.SysProcAttr,
	})
	unix.Close(p[1])
	if err != nil {
		t.Fatal(err)
	}
	var status unix.WaitStatus
	for {
		if _, err = unix.Wait4(pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 1<<14)
	n, _ := unix.Read(p[0], text)
	return string(text[:max(n, 0)]), status.ExitStatus()
}

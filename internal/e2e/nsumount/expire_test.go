//go:build linux

package nsumount_test

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

func TestExpireUnmountsWhatIsIdle(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, path := range []string{"/mnt/a", "/mnt/b", "/mnt/c"} {
			tmpfs(t, path)
		}
		start := time.Now()
		works(t, "--expire", "/mnt/a", "/mnt/b", "/mnt/c")
		if took := time.Since(start); took < time.Second || took > 2900*time.Millisecond {
			t.Errorf("three mounts took %v, want a second for all", took)
		}
		for _, path := range []string{"/mnt/a", "/mnt/b", "/mnt/c"} {
			mounted(t, path, 0)
		}
	})
}

func TestExpireWaitsForTheLastUser(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		user := exec.Command("sleep", "1.3")
		user.Dir = "/mnt/a"
		fatal(t, user.Start())
		start := time.Now()
		works(t, "--expire=10", "/mnt/a")
		if took := time.Since(start); took < 2*time.Second || took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		mounted(t, "/mnt/a", 0)
		fatal(t, user.Wait())
	})
}

func TestExpireEndsAtTheLimit(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/b")
		pid := sleeperIn(t, "/mnt/a")
		start := time.Now()
		refuses(t, []string{"--expire=1.25", "/mnt/a", "/mnt/b"},
			`/mnt/a is still in use after 1.25 s: umount2("/mnt/a", MNT_EXPIRE): device or resource busy (EBUSY)`,
			inUse("cwd", pid))
		if took := time.Since(start); took < 1250*time.Millisecond || took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		mounted(t, "/mnt/a", 1)
		mounted(t, "/mnt/b", 0)
	})
}

func TestExpireWithALimitOfZeroTriesAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		pid := sleeperIn(t, "/mnt/a")
		refuses(t, []string{"-e=0", "/mnt/a"},
			`/mnt/a is still in use after 0 s: umount2("/mnt/a", MNT_EXPIRE): device or resource busy (EBUSY)`, inUse("cwd", pid))
		works(t, "--lazy", "/mnt/a")
		tmpfs(t, "/mnt/a")
		works(t, "-e=0", "/mnt/a")
		mounted(t, "/mnt/a", 0)
	})
}

// A mount that is opened between any two tries has not been idle. The tries are at 0, 1 and 1.8 s.
func TestExpireOfWhatIsUsedNowAndThen(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		for _, when := range []time.Duration{500, 1400} {
			time.AfterFunc(when*time.Millisecond, func() {
				if file, err := os.Open("/mnt/a"); err == nil {
					file.Close()
				}
			})
		}
		refuses(t, []string{"--expire=1.8", "/mnt/a"},
			`/mnt/a has not been idle for a second after 1.8 s: umount2("/mnt/a", MNT_EXPIRE): resource temporarily unavailable (EAGAIN)`,
			"hint: nothing used it any more when it was last tried: give it more time")
		mounted(t, "/mnt/a", 1)
	})
}

func TestExpireOfWhatCannotBeUnmounted(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		refuses(t, []string{"--expire", "/mnt/none", "/mnt/a"},
			`umount2("/mnt/none", MNT_EXPIRE): no such file or directory (ENOENT)`, "hint: there is no none in /mnt")
		mounted(t, "/mnt/a", 0)
	})
}

func TestExpireOfATree(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, path := range []string{"/mnt/a", "/mnt/a/b", "/mnt/a/b", "/mnt/a/c"} {
			tmpfs(t, path)
		}
		pid := sleeperIn(t, "/mnt/a/c")
		refuses(t, []string{"-R", "--expire=2.2", "/mnt/a"},
			`/mnt/a/c is still in use after 2.2 s: umount2("/mnt/a/c", MNT_EXPIRE|UMOUNT_NOFOLLOW): device or resource busy (EBUSY)`,
			inUse("cwd", pid))
		mounted(t, "/mnt/a/b", 0)
		mounted(t, "/mnt/a/c", 1)
		fatal(t, syscall.Kill(pid, syscall.SIGKILL))
		works(t, "-R", "--expire=9", "/mnt/a")
		mounted(t, "/mnt/a", 0)
	})
}

// The upper of two stacked mounts must not be unmounted by the try that was meant for the lower.
func TestExpireOfStackedMountsWaitsForEach(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/b")
		tmpfs(t, "/mnt/a/b")
		start := time.Now()
		works(t, "-R", "--expire", "/mnt/a")
		if took := time.Since(start); took < 3*time.Second {
			t.Errorf("three mounts on each other took %v, want a second each", took)
		}
		mounted(t, "/mnt/a", 0)
	})
}

func TestSignalsEndTheWaiting(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		pid := sleeperIn(t, "/mnt/a")
		for _, signal := range []syscall.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP} {
			cmd := nsumount(t, "--expire", "/mnt/a")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			time.AfterFunc(400*time.Millisecond, func() { _ = cmd.Process.Signal(signal) })
			r := nstest.Exec(t, cmd)
			said := stderr.String()
			after, rest, _ := strings.Cut(strings.TrimPrefix(said, "nsumount: /mnt/a is still in use after "), " s: ")
			seconds, err := strconv.ParseFloat(after, 64)
			want := `umount2("/mnt/a", MNT_EXPIRE): device or resource busy (EBUSY)` + "\nnsumount: " + inUse("cwd", pid) + "\n"
			if r.Signal != signal || err != nil || seconds < 0.3 || seconds > 2.5 || rest != want {
				t.Errorf("%v: ended by %v, said %s", signal, r.Signal, said)
			}
			mounted(t, "/mnt/a", 1)
		}
	})
}

func TestASignalThatIsIgnoredEndsNothing(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		user := exec.Command("sleep", "1.2")
		user.Dir = "/mnt/a"
		fatal(t, user.Start())
		cmd := exec.Command("sh", "-c", `trap "" HUP; exec "$@"`, "sh", nstest.Tool(t, "nsumount"), "-e=9", "/mnt/a")
		time.AfterFunc(500*time.Millisecond, func() { _ = cmd.Process.Signal(unix.SIGHUP) })
		if r := nstest.Exec(t, cmd); r.Code != 0 || r.Stderr != "" {
			t.Errorf("status %d, stderr %s", r.Code, r.Stderr)
		}
		mounted(t, "/mnt/a", 0)
		fatal(t, user.Wait())
	})
}

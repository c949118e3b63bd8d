//go:build linux

package identity_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// A newuidmap that waits for something ends with the run that it is for.
func TestKilledWhileNewuidmapHangs(t *testing.T) {
	onHost(t, func(t *testing.T) {
		mkdir(t, "/mnt/bin")
		script(t, "/mnt/bin/hangs", "echo $$ >/mnt/bin/pid.new; mv /mnt/bin/pid.new /mnt/bin/pid; exec sleep 60")
		covered(t, "newuidmap", "/mnt/bin/hangs")
		for _, options := range []string{"--map-auto -r", "--map-auto -r --fork", "--map-auto -r --all"} {
			t.Run(options, func(t *testing.T) {
				cmd := user.command(append([]string{nstest.Tool(t, "nsrun")}, strings.Fields(options+" true")...)...)
				fatal(t, cmd.Start())
				pid := hanging(t)
				defer unix.Kill(pid, unix.SIGKILL)
				fatal(t, cmd.Process.Kill())
				cmd.Wait()
				noneRuns(t)
			})
		}
	})
}

// hanging is the process that newuidmap is, once it waits.
func hanging(t *testing.T) int {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if text, err := os.ReadFile("/mnt/bin/pid"); err == nil {
			pid, err := strconv.Atoi(words(string(text)))
			fatal(t, err)
			fatal(t, os.Remove("/mnt/bin/pid"))
			return pid
		}
	}
	t.Fatal("newuidmap was not started")
	return 0
}

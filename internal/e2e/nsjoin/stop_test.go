//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

func stopped(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && strings.HasPrefix(status(string(text), "State"), "T")
}

// A job is stopped and continued as a whole, whoever is told to first. nsenter 2.38 stays
// stopped now and then.
func TestStopAndContinue(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := plainContainer(t, who)
		cmd := as(who, nstest.Tool(t, "nsjoin"), "-t", strconv.Itoa(target))
		if cmd.SysProcAttr == nil {
			cmd.SysProcAttr = &syscall.SysProcAttr{}
		}
		cmd.SysProcAttr.Setpgid = true
		command := sleeperIn(t, cmd)
		nsjoin := parent(t, command)
		for _, row := range []struct {
			name       string
			stop, cont int // as for kill(2)
		}{
			{"the command stops", command, nsjoin},
			{"the whole job stops", -nsjoin, -nsjoin},
			{"the command stops, the whole job is continued", command, -nsjoin},
		} {
			t.Run(row.name, func(t *testing.T) {
				for range 30 {
					until(t, "both to stop", func() bool {
						// again, since nsjoin may not have passed on the last SIGCONT before
						if !stopped(command) {
							_ = unix.Kill(row.stop, unix.SIGSTOP)
						}
						return stopped(command) && stopped(nsjoin)
					})
					if err := unix.Kill(row.cont, unix.SIGCONT); err != nil {
						t.Fatal(err)
					}
					until(t, "both to go on", func() bool { return !stopped(command) && !stopped(nsjoin) })
				}
			})
		}
		t.Run("stopped and continued at once", func(t *testing.T) {
			for range 200 {
				for _, signal := range []unix.Signal{unix.SIGSTOP, unix.SIGCONT} {
					if err := unix.Kill(-nsjoin, signal); err != nil {
						t.Fatal(err)
					}
				}
			}
			until(t, "both to go on", func() bool { return !stopped(command) && !stopped(nsjoin) })
		})
	})
}

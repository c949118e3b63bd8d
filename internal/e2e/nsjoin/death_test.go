//go:build linux

package nsjoin_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// The death of nsjoin, by whatever signal, is that of the command.
func TestTheCommandDiesWithNsjoin(t *testing.T) {
	callers(t, func(t *testing.T, who caller) {
		target := strconv.Itoa(inUserNS(t, who))
		rootTarget := ""
		if who == root {
			rootTarget = strconv.Itoa(plainContainer(t, root))
		}
		for _, options := range []string{"-t " + target, "--privileged -t " + target, "-Up -t " + target,
			"-p -t " + rootTarget, "-t " + rootTarget} {
			if strings.HasSuffix(options, " ") {
				continue
			}
			t.Run("options "+strings.TrimRight(options, "0123456789"), func(t *testing.T) {
				cmd := as(who, nstest.Tool(t, "nsjoin"), append(strings.Fields(options), "sh", "-c",
					`trap "" HUP INT TERM; echo ready; exec sleep 1000`)...)
				lines := startWithOutput(t, cmd)
				expect(t, lines, "ready")
				command := below(cmd.Process.Pid)[0]
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				until(t, "the death of the command", func() bool { return gone(command) })
			})
		}
	})
}

// gone is true of a process that has ended, whether its parent has waited or not.
func gone(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err != nil || strings.HasPrefix(status(string(text), "State"), "Z")
}

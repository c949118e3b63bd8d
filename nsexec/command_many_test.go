//go:build linux && cgo

package nsexec_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
)

func TestFiftyAtOnce(t *testing.T) {
	nstest.RequireRoot(t)
	pid := target(t, nsfs.UTS|nsfs.IPC)
	configs := []nsexec.Config{
		{}, {Create: nsfs.PID}, {Create: nsfs.UTS | nsfs.PID | nsfs.Mnt}, {Target: pid},
		{Create: nsfs.User | nsfs.PID, UIDMap: []nsexec.IDMap{{Count: 1}}, GIDMap: []nsexec.IDMap{{Count: 1}}},
	}
	var group sync.WaitGroup
	for i := range 50 {
		group.Add(1)
		go func() {
			defer group.Done()
			cmd := nsexec.Command(configs[i%len(configs)], "sh", "-c", `echo "$0"; exit "$0"`, fmt.Sprint(i))
			output, err := cmd.Output()
			want := fmt.Sprintf("exit status %d", i)
			if i == 0 {
				want = ""
			}
			if strings.TrimSpace(string(output)) != fmt.Sprint(i) || errorText(err) != want {
				t.Errorf("%d (%+v): %q, %v", i, configs[i%len(configs)], output, err)
			}
			if cmd.PID == 0 || i%len(configs) == 1 && cmd.PID == cmd.Process.Pid {
				t.Errorf("%d: PID %d", i, cmd.PID)
			}
		}()
	}
	group.Wait()
}

// A command that ends at once is no failed start, whoever comes first: its word that it
// is executed, or its supervisor's about its PID.
func TestCommandsThatEndAtOnce(t *testing.T) {
	nstest.RequireRoot(t)
	for i := range 100 {
		cmd := nsexec.Command(nsexec.Config{Create: nsfs.PID}, "true")
		if err := cmd.Run(); err != nil || cmd.PID == cmd.Process.Pid {
			t.Fatalf("%d: %v, PID %d of %d", i, err, cmd.PID, cmd.Process.Pid)
		}
	}
}

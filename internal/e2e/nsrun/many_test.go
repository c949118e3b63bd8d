//go:build linux

package nsrun_test

import (
	"strings"
	"sync"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// Runs share no name, lock or file: many at once on one root file system do not meet.
func TestManyAtOnce(t *testing.T) {
	root := nstest.Rootfs(t)
	eachCaller(t, func(t *testing.T, c caller) {
		var wait sync.WaitGroup
		limit := make(chan struct{}, 16)
		for range 100 {
			cmd := c.nsrun(t, mainJob(root, "sh", "-c", "echo $$; exit 7")...)
			wait.Go(func() {
				limit <- struct{}{}
				defer func() { <-limit }()
				var out, err strings.Builder
				cmd.Stdout, cmd.Stderr = &out, &err
				_ = cmd.Run()
				if code := cmd.ProcessState.ExitCode(); code != 7 || out.String() != "1\n" || err.String() != "" {
					t.Errorf("status %d, stdout %q, stderr %q", code, out.String(), err.String())
				}
			})
		}
		wait.Wait()
	})
}

// nsrun in nsrun: the root file system of the outer one has the tool.
func TestNested(t *testing.T) {
	root := markedRootfs(t)
	copyFile(t, nstest.Tool(t, "nsrun"), root+"/usr/bin/nsrun")
	eachCaller(t, func(t *testing.T, c caller) {
		mustPrint(t, c.run(t, mainJob(root, "nsrun", "--uts", "--pid", "--mnt", "/", "sh", "-c", "echo $$; cat /marker")...),
			"1\nin the root file system\n")
		mustPrint(t, c.run(t, mainJob(root, "nsrun", "-r", "--uts", "--pid", "--mnt", "/", "sh", "-c", "echo $$; cat /marker")...),
			"1\nin the root file system\n")
	})
}

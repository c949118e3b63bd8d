//go:build linux

package nsrun_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// A limit of /proc/sys/user that is reached is named, with its value.
func TestNamespaceLimits(t *testing.T) {
	for _, row := range []struct{ option, file, words string }{
		{"--uts", "max_uts_namespaces", "UTS namespace"},
		{"--ipc", "max_ipc_namespaces", "IPC namespace"},
		{"--net", "max_net_namespaces", "network namespace"},
		{"--pid", "max_pid_namespaces", "PID namespace"},
		{"--mnt", "max_mnt_namespaces", "mount namespace"},
		{"--cgroup", "max_cgroup_namespaces", "cgroup namespace"},
		{"--time", "max_time_namespaces", "time namespace"},
		{"--user", "max_user_namespaces", "user namespace"},
		{"-r", "max_user_namespaces", "user namespace"},
	} {
		t.Run(row.option, func(t *testing.T) {
			nstest.Tool(t, "nsrun")
			nstest.InChild(t, nstest.Child{Cloneflags: unix.CLONE_NEWUSER, MapUser: true}, func(t *testing.T) {
				if err := os.WriteFile("/proc/sys/user/"+row.file, []byte("0\n"), 0); err != nil {
					t.Fatal(err)
				}
				c := caller{root: true}
				r := c.run(t, row.option, "true")
				mustFail(t, r, 125, row.words, "no space left on device", "hint: ", "/proc/sys/user/"+row.file, "0")
				mustFail(t, c.run(t, row.option, "--fork", "true"), 125, "/proc/sys/user/"+row.file)
			})
		})
	}
}

// Small limits of the process: the run works, or a line says what is wrong. That the Go
// runtime cannot start must never show as its own dump.
func TestSmallLimits(t *testing.T) {
	root := nstest.Rootfs(t)
	for _, limit := range []string{
		"ulimit -n 3", "ulimit -n 4", "ulimit -n 5", "ulimit -n 6", "ulimit -n 8", "ulimit -n 12",
		"ulimit -f 0", "ulimit -s 64", "ulimit -s 256", "ulimit -c 0", "ulimit -l 0", "ulimit -d 1000", "ulimit -d 8000",
		"ulimit -v 8000", "ulimit -v 20000", "ulimit -v 100000", "ulimit -v 500000", "ulimit -v 2000000",
		"ulimit -t 1",
	} {
		t.Run(limit, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				for way, options := range ways(root) {
					judgeLimited(t, way, nstest.Exec(t, c.shell(t, limit+`; exec "$NSRUN" "$@"`, append(options, "echo", "x")...)))
				}
			})
		})
	}
}

// The limit of processes counts those of the user, wherever they are.
func TestFewProcesses(t *testing.T) {
	root := nstest.Rootfs(t)
	for _, limit := range []string{"0", "1", "2", "3", "4", "6"} {
		t.Run("ulimit -u "+limit, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				if c.root {
					return // CAP_SYS_RESOURCE is above that limit
				}
				// Not ulimit, which not every sh has for it.
				prlimit := nstest.RequireCommand(t, "prlimit")
				for way, options := range ways(root) {
					args := append([]string{"--nproc=" + limit, nstest.Tool(t, "nsrun")}, options...)
					judgeLimited(t, way, nstest.Exec(t, c.command(prlimit, append(args, "echo", "x")...)))
				}
			})
		})
	}
}

// judgeLimited: either all is well, or there is a message.
func judgeLimited(t *testing.T, way string, r nstest.Result) {
	t.Helper()
	fromGo := strings.Contains(r.Stderr, "goroutine") || strings.Contains(r.Stderr, "runtime")
	switch {
	case r.Code == 0 && r.Stdout == "x\n" && r.Stderr == "":
	case r.Stdout == "" && !fromGo && (strings.HasPrefix(r.Stderr, "sh: ") || strings.HasPrefix(r.Stderr, "echo: ")):
		// Below the limit the command, or the shell that sets it, does not start.
	case (r.Code == 125 || r.Code == 126) && !fromGo:
		isMessage(t, r.Stderr)
	default:
		t.Errorf("%s: status %d, signal %d, stdout %q, stderr %.100q", way, r.Code, r.Signal, r.Stdout, r.Stderr)
	}
}

//go:build linux && cgo

// Probe is a program with the constructor in it, for the tests of nsexec to
// build in several ways: against glibc and musl, dynamic and static, with and
// without an option table. --first=JOB runs a job in a process to which the
// constructor did nothing, --inside=JOB in one that it put where the other
// options say; the operands are the job's.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
)

// #cgo CFLAGS: -I${SRCDIR}/../.. -std=gnu11 -D_GNU_SOURCE -Wall -Wextra
// #cgo LDFLAGS: -lpthread
import "C"

func init() { runtime.LockOSThread() }

var jobs = map[string]func(args []string) error{
	"":         role,
	"role":     role,
	"environ":  environ,
	"streams":  streams,
	"last":     last,
	"block":    block,
	"spawn":    spawn,
	"empty":    executeWithoutArguments,
	"command":  command,
	"filtered": filtered,
	"attack":   attack,
	"threads":  threads,
}

func main() {
	name, args := "", os.Args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "--") {
		option, value, _ := strings.Cut(args[0], "=")
		args = args[1:]
		if option == "--" {
			break
		}
		if option == "--first" || option == "--inside" {
			name = value
		}
	}
	job, ok := jobs[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "probe: no job %q\n", name)
		os.Exit(2)
	}
	if err := job(args); err != nil {
		diag.Print(os.Stderr, "probe", err)
		os.Exit(diag.ExitCode(err))
	}
}

// role tells what the constructor did, and what this process was started with.
func role([]string) error { return tell(nil) }

// environ is role with the environment, which may be nobody's business elsewhere.
func environ([]string) error { return tell(nsexec.Environ()) }

func tell(env []string) error {
	record := nsexec.Started()
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"Role": record.Role, "Understood": record.Understood, "Forked": record.Forked, "Command": record.Request.Command,
		"Args": os.Args, "Env": env, "Variables": len(os.Environ()), "Failure": fmt.Sprint(record.Failure(os.Args)),
	})
}

// streams writes to a file what descriptors 0, 1 and 2 are.
func streams(args []string) error {
	var text string
	for fd := range 3 {
		link, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
		text += fmt.Sprintln(fd, link, err)
	}
	return os.WriteFile(args[0], []byte(text), 0o600)
}

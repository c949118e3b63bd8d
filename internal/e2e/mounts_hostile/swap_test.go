//go:build linux

package mounts_hostile_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// swapArg is the first argument of a test binary that is to exchange two files until its
// standard input ends.
const swapArg = "-swap"

func swapForever(a, b string) {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for n := 0; ; n++ {
		// What a run has created is not always there.
		_ = unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
		if n == 0 {
			fmt.Println("ready")
		}
	}
}

// swap exchanges two paths all the time, as a process on the host that can write to the root
// file system, until stop is called.
func swap(t *testing.T, a, b string) (stop func()) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", swapArg, a, b)
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			in.Close()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(stop)
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return stop
}

// races is how often a start is raced in each row of a test, by one caller of several. Most kinds
// of target are in several rows. NSTEST_RACES=10000 is the full number.
func races(t *testing.T) int {
	t.Helper()
	total := 100
	if text := os.Getenv("NSTEST_RACES"); text != "" {
		var err error
		total, err = strconv.Atoi(text)
		must(t, err)
	}
	return (total + len(callers()) - 1) / len(callers())
}

// race starts nsrun again and again while a and b are exchanged, judges each run, and
// says how many worked and how many were refused. In a race there must have been both.
func race(t *testing.T, c caller, a, b string, args []string, judge func(r nstest.Result)) (worked, refused int) {
	t.Helper()
	return raceWith(t, nil, c, a, b, args, judge)
}

// raceWith is race with something before the command.
func raceWith(t *testing.T, before []string, c caller, a, b string, args []string, judge func(r nstest.Result)) (worked, refused int) {
	t.Helper()
	stop := swap(t, a, b)
	defer stop()
	for range races(t) {
		r := nstest.Exec(t, after(before, c.nsrun(t, args...)))
		harmless(t, r, "in a race")
		if judge != nil {
			judge(r)
		}
		if r.Code == 0 {
			worked++
		} else {
			refused++
		}
		if t.Failed() {
			break // the others would say the same
		}
	}
	t.Logf("%d worked, %d were refused", worked, refused)
	return worked, refused
}

//go:build linux

// Command bench measures nskit and its peers on the same work, in one run, and prints
// Markdown tables of medians and ratios. Run it as root through `make bench`.
//
// A peer that is not installed, or cannot do the work on this machine, is left out by name.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"

	"golang.org/x/sys/unix"
)

// The main goroutine keeps the main thread: the bench unshares its mount namespace on
// that thread, and os/exec forks from the thread that calls it.
func init() { runtime.LockOSThread() }

func main() {
	only := flag.String("only", "", "measure only the work whose description matches this `regexp`")
	rounds := flag.Int("rounds", 5, "how often nskit and its peers take turns")
	runs := flag.Int("runs", 100, "runs of each command in a round")
	bin := flag.String("bin", "bin", "`directory` with nsrun and nsjoin")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	if err := run(ctx, *only, *bin, sampler{rounds: *rounds, runs: *runs}); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only, bin string, s sampler) error {
	filter, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("the peers' work needs root")
	}
	if s.hyperfine = findTool("hyperfine"); s.hyperfine == "" {
		return errors.New("hyperfine is not installed")
	}
	l, err := newLab(bin)
	if err != nil {
		return err
	}
	defer l.close()

	printMachine(os.Stdout, l, s)
	if err := printTimes(ctx, os.Stdout, l, s, filter); err != nil {
		return err
	}
	if err := printSlopes(ctx, os.Stdout, l, s, filter); err != nil {
		return err
	}
	return printSizes(os.Stdout, l, filter)
}

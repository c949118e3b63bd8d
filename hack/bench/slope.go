//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// volumeCounts are the numbers of volumes that a run is measured with, the lowest first.
var volumeCounts = [...]int{0, 10, 100}

// maxPerVolume is what a volume may add to a run of nsrun.
const maxPerVolume = 60.0 // µs

// slope is a tool with its command line for a run with some volumes.
type slope struct {
	name   string
	argv   func(volumes int) []string
	target float64 // µs for each volume; 0 where none is set
}

func slopes(l *lab) []slope {
	return []slope{
		{"nsrun", func(n int) []string {
			options := repeat(n, func(i string) []string { return []string{"-v", l.volume + ":/v/" + i} })
			argv := append([]string{l.nsrun, "--uts", "--pid", "--mnt", "--dev", "none", "--sys", "none"}, options...)
			return append(argv, l.root, "true")
		}, maxPerVolume},
		{"bwrap", func(n int) []string {
			options := repeat(n, func(i string) []string { return []string{"--bind", l.volume, "/v/" + i} })
			return append(bwrapOnRoot(l, options...), "true")
		}, 0},
	}
}

func repeat(n int, options func(i string) []string) (all []string) {
	for i := range n {
		all = append(all, options(strconv.Itoa(i))...)
	}
	return all
}

// makeVolumes makes what the volumes show, and their mount points.
func (l *lab) makeVolumes() error {
	if err := os.Mkdir(l.volume, 0o755); err != nil {
		return err
	}
	for i := range volumeCounts[len(volumeCounts)-1] {
		if err := os.MkdirAll(filepath.Join(l.root, "v", strconv.Itoa(i)), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// printSlopes prints what a volume costs each tool.
func printSlopes(ctx context.Context, w io.Writer, l *lab, s sampler, filter *regexp.Regexp) error {
	if !filter.MatchString("volumes") {
		return nil
	}
	var found []slope
	var commands [][]string
	var left []error
	for _, tool := range slopes(l) {
		argvs, err := tool.commands(s)
		if err != nil {
			left = append(left, fmt.Errorf("volumes: %w", err))
			continue
		}
		found = append(found, tool)
		commands = append(commands, argvs...)
	}
	if len(found) == 0 {
		printLeft(w, left)
		return nil
	}
	medians, err := s.medians(ctx, l.dir, commands)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "\n| new uts, pid, mnt, ROOTFS, /proc, volumes; run true ")
	for _, n := range volumeCounts {
		fmt.Fprintf(w, "| %d ", n)
	}
	fmt.Fprintln(w, "| a volume | target |\n|---|---|---|---|---|---|")
	for i, tool := range found {
		printSlope(w, tool, medians[i*len(volumeCounts):][:len(volumeCounts)])
	}
	printLeft(w, left)
	return nil
}

// commands are the command lines for each number of volumes. The error is why the tool
// has to be left out.
func (tool slope) commands(s sampler) (argvs [][]string, err error) {
	for _, n := range volumeCounts {
		argv, err := s.try(tool.argv(n))
		if err != nil {
			return nil, err
		}
		argvs = append(argvs, argv)
	}
	return argvs, nil
}

func printSlope(w io.Writer, tool slope, seconds []float64) {
	fmt.Fprintf(w, "| %s ", tool.name)
	for _, t := range seconds {
		fmt.Fprintf(w, "| %.2f ", t*1e3)
	}
	cost := perVolume(seconds)
	fmt.Fprintf(w, "| %.0f µs | %s |\n", cost, verdict(cost, tool.target, " µs"))
}

// perVolume is the slope in µs, from the first to the last of the numbers of volumes.
func perVolume(seconds []float64) float64 {
	last := len(volumeCounts) - 1
	return (seconds[last] - seconds[0]) * 1e6 / float64(volumeCounts[last]-volumeCounts[0])
}

//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

const maxBinary = 4.0   // MB
const maxInitWork = 0.4 // ms

// printTimes measures the work that the filter selects, and prints a line for each
// peer as soon as it is known.
func printTimes(ctx context.Context, w io.Writer, l *lab, s sampler, filter *regexp.Regexp) error {
	target, err := startTarget(l)
	if err != nil {
		return err
	}
	defer endTarget(target)

	fmt.Fprintln(w, "\n| work | nskit | peer | | ratio | target |\n|---|---|---|---|---|---|")
	var left []error
	for _, r := range rows(l, target.Process.Pid) {
		if !filter.MatchString(r.work) {
			continue
		}
		out, err := printRow(ctx, w, l, s, r)
		if err != nil {
			return err
		}
		left = append(left, out...)
	}
	printLeft(w, left)
	return nil
}

func printLeft(w io.Writer, left []error) {
	if len(left) > 0 {
		fmt.Fprintln(w, "\nLeft out:")
	}
	for _, err := range left {
		fmt.Fprintln(w, "-", err)
	}
}

// printRow prints one piece of work and returns why which of its tools were left out.
func printRow(ctx context.Context, w io.Writer, l *lab, s sampler, r row) (left []error, err error) {
	if r.preparedBy != "" && findTool(r.preparedBy) == "" {
		return []error{fmt.Errorf("%s: %s is not installed", r.work, r.preparedBy)}, nil
	}
	if r.plainUser {
		s = s.asNobody()
	}
	nskit, err := s.try(r.nskit)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", r.work, err)}, nil
	}
	commands := [][]string{nskit}
	var peers []peer
	for _, p := range r.peers {
		argv, err := s.try(p.argv)
		if err != nil {
			left = append(left, fmt.Errorf("%s: %w", r.work, err))
			continue
		}
		commands = append(commands, argv)
		peers = append(peers, p)
	}
	medians, err := s.medians(ctx, l.dir, commands)
	if err != nil {
		return nil, err
	}
	if len(r.peers) == 0 {
		fmt.Fprintf(w, "| %s | %.2f | | | | |\n", r.work, medians[0]*1000)
	}
	for i, p := range peers {
		printLine(w, r.work, medians[0]*1000, p.argv[0], medians[i+1]*1000, p.target)
	}
	return left, nil
}

func printLine(w io.Writer, work string, nskit float64, name string, other, target float64) {
	ratio := nskit / other
	fmt.Fprintf(w, "| %s | %.2f | %s | %.2f | %.2f | %s |\n", work, nskit, name, other, ratio, verdict(ratio, target, ""))
}

// verdict is the target, and whether it is met.
func verdict(value, target float64, unit string) string {
	switch {
	case target == 0:
		return ""
	case value <= target:
		return fmt.Sprintf("≤ %.4g%s", target, unit)
	default:
		return fmt.Sprintf("≤ %.4g%s **missed**", target, unit)
	}
}

// printSizes prints memory, file sizes and initialisation, which need no repetition.
func printSizes(w io.Writer, l *lab, filter *regexp.Regexp) error {
	if !filter.MatchString("sizes") {
		return nil
	}
	fmt.Fprintln(w, "\n| size | | target |\n|---|---|---|")
	if err := printMemory(w, l); err != nil {
		return err
	}
	for _, path := range []string{l.nsrun, l.nsjoin} {
		fi, err := os.Stat(path)
		if err != nil {
			return err
		}
		mb := float64(fi.Size()) / 1e6
		fmt.Fprintf(w, "| %s, the file | %.2f MB | %s |\n", filepath.Base(path), mb, verdict(mb, maxBinary, " MB"))
		ms, err := initWork(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s, package initialisation | %.2f ms | %s |\n", filepath.Base(path), ms, verdict(ms, maxInitWork, " ms"))
	}
	return nil
}

func printMemory(w io.Writer, l *lab) error {
	nskit, err := supervisorUSS(nsrunOnRoot(l, sleeper...))
	if err != nil {
		return fmt.Errorf("memory of nsrun's supervisor: %w", err)
	}
	fmt.Fprintf(w, "| supervisor of nsrun, USS | %d KiB | |\n", nskit)
	argv := bwrapOnRoot(l, sleeper...)
	if findTool(argv[0]) == "" {
		return nil
	}
	bwrap, err := supervisorUSS(argv)
	if err != nil {
		return fmt.Errorf("memory of bwrap's supervisor: %w", err)
	}
	ratio := float64(nskit) / float64(bwrap)
	fmt.Fprintf(w, "| supervisor of bwrap, USS | %d KiB | ratio %.2f %s |\n", bwrap, ratio, verdict(ratio, 1, ""))
	return nil
}

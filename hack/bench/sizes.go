//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// uss returns the memory in KiB that a process shares with no other: what it costs.
func uss(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	sum := 0
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "Private_") {
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			if err != nil {
				return 0, fmt.Errorf("smaps_rollup: %q: %w", line, err)
			}
			sum += kib
		}
	}
	return sum, nil
}

// supervisorUSS is the uss of the process that a tool leaves outside a container.
func supervisorUSS(argv []string) (int, error) {
	var kib int
	err := withContainer(argv, func(pid int) (err error) {
		kib, err = uss(pid)
		return err
	})
	return kib, err
}

// initWork returns the milliseconds that the package initialisers of a tool take, the
// median of some starts.
func initWork(path string) (float64, error) {
	var sums []float64
	for range 21 {
		cmd := exec.Command(path, "--version")
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			return 0, err
		}
		sums = append(sums, sumInitTrace(stderr.String()))
	}
	return median(sums), nil
}

// sumInitTrace adds up the clock column of lines such as
// "init os @0.38 ms, 0.02 ms clock, 4696 bytes, 18 allocs" (package runtime, Environment Variables).
func sumInitTrace(trace string) float64 {
	sum := 0.0
	for line := range strings.Lines(trace) {
		columns := strings.Split(line, ", ")
		if !strings.HasPrefix(line, "init ") || len(columns) < 2 {
			continue
		}
		if ms, err := strconv.ParseFloat(strings.TrimSuffix(columns[1], " ms clock"), 64); err == nil {
			sum += ms
		}
	}
	return sum
}

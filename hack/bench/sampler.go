//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// sampler measures commands with hyperfine.
type sampler struct {
	hyperfine    string
	rounds, runs int
	user         *syscall.SysProcAttr // who runs the commands; nil: root
}

// asNobody measures what an unprivileged user can do.
func (s sampler) asNobody() sampler {
	const nobody = 65534 // the kernel's overflow id, which every system has
	s.user = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return s
}

// medians returns the median wall clock time in seconds of each command. The commands
// take turns in each of the rounds, so that a disturbance of the machine hits all.
func (s sampler) medians(ctx context.Context, dir string, commands [][]string) ([]float64, error) {
	times := make([][]float64, len(commands))
	for range s.rounds {
		round, err := s.round(ctx, filepath.Join(dir, "round.json"), commands)
		if err != nil {
			return nil, err
		}
		for i := range times {
			times[i] = append(times[i], round[i]...)
		}
	}
	medians := make([]float64, len(times))
	for i := range times {
		medians[i] = median(times[i])
	}
	return medians, nil
}

func (s sampler) round(ctx context.Context, file string, commands [][]string) ([][]float64, error) {
	args := []string{"--shell=none", "--style=none", "--warmup", "5", "--runs", strconv.Itoa(s.runs), "--export-json", file}
	for _, argv := range commands {
		args = append(args, shellQuote(argv))
	}
	if err := s.makeReport(file); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, s.hyperfine, args...)
	cmd.SysProcAttr = s.user
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("hyperfine: %w: %s", err, stderr.Bytes())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseHyperfine(text, len(commands))
}

// makeReport makes the file anew, for hyperfine to write as the user that it runs as.
func (s sampler) makeReport(file string) error {
	if err := os.WriteFile(file, nil, 0o644); err != nil || s.user == nil {
		return err
	}
	return os.Chown(file, int(s.user.Credential.Uid), int(s.user.Credential.Gid))
}

func parseHyperfine(text []byte, commands int) ([][]float64, error) {
	var report struct {
		Results []struct{ Times []float64 }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, fmt.Errorf("hyperfine's report: %w", err)
	}
	if len(report.Results) != commands {
		return nil, errors.New("hyperfine's report: a command is missing")
	}
	times := make([][]float64, commands)
	for i, r := range report.Results {
		times[i] = r.Times
	}
	return times, nil
}

// shellQuote joins argv to one string, which hyperfine splits again as a shell would.
func shellQuote(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	}
	return strings.Join(words, " ")
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

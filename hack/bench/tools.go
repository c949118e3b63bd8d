//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// findTool returns the absolute path of a tool, so that the measured start has no PATH
// to search, or "" when it is not installed. runc may be in /usr/sbin only.
func findTool(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		if abs, err := filepath.Abs(path); err == nil {
			return abs
		}
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		path := filepath.Join(dir, name)
		if fi, err := os.Stat(path); err == nil && fi.Mode().IsRegular() && fi.Mode()&0o111 != 0 {
			return path
		}
	}
	return ""
}

// try resolves argv[0] and runs the command once. The error is why the tool has
// to be left out of the measurement.
func (s sampler) try(argv []string) ([]string, error) {
	path := findTool(argv[0])
	if path == "" {
		return nil, fmt.Errorf("%s is not installed", filepath.Base(argv[0]))
	}
	argv = append([]string{path}, argv[1:]...)
	cmd := exec.Command(path, argv[1:]...)
	cmd.SysProcAttr = s.user
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s fails: %w: %s", filepath.Base(path), err, firstLine(out))
	}
	return argv, nil
}

// version is the first line that a tool prints about itself.
func version(path string) string {
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		return "unknown version"
	}
	return firstLine(out)
}

func firstLine(out []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	return strings.TrimSpace(string(line))
}

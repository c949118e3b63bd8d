//go:build linux

package main

import (
	"fmt"
	"os/exec"
	"strings"
)

const imageTool = "mksquashfs"

// writeImage makes a squashfs of the root file system, where the tool is installed.
// Not compressed: what is measured is the mount, and not the CPU's speed at unpacking.
func (l *lab) writeImage() error {
	tool := findTool(imageTool)
	if tool == "" {
		return nil
	}
	out, err := exec.Command(tool, l.root, l.image, "-noI", "-noD", "-noF", "-noX", "-no-progress").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", imageTool, err, strings.TrimSpace(string(out)))
	}
	return nil
}

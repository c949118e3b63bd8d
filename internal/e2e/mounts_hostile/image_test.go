//go:build linux

package mounts_hostile_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nskit.dev/nskit/internal/nstest"
)

// makeImage is a file system with a copy of the root file system, in a file.
func makeImage(t *testing.T, fstype string) string {
	t.Helper()
	root := nstest.Rootfs(t)
	path := filepath.Join(filepath.Dir(root), fstype+".img")
	var cmd *exec.Cmd
	switch fstype {
	case "ext4":
		must(t, os.WriteFile(path, nil, 0o644))
		must(t, os.Truncate(path, 16<<20))
		cmd = exec.Command(nstest.RequireCommand(t, "mkfs.ext4"), "-q", "-F", "-d", root, path)
	case "squashfs":
		cmd = exec.Command(nstest.RequireCommand(t, "mksquashfs"), root, path, "-quiet", "-no-progress")
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return path
}

// mountLoop mounts an image with mount(8), and returns the name of its loop device.
func mountLoop(t *testing.T, image, dir string) string {
	t.Helper()
	if output, err := exec.Command("mount", "-o", "loop", image, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	loops := loopsOf(image)
	if len(loops) == 0 {
		t.Fatalf("%s has no loop device", image)
	}
	return loops[len(loops)-1]
}

// loopsOf are the loop devices of a file, or of the files below a directory.
func loopsOf(path string) (names []string) {
	files, _ := filepath.Glob("/sys/block/loop*/loop/backing_file")
	for _, file := range files {
		if text, _ := os.ReadFile(file); strings.HasPrefix(string(text), path) {
			names = append(names, strings.Split(file, "/")[3])
		}
	}
	return names
}

func detached(loop string) error {
	text, err := os.ReadFile("/sys/block/" + loop + "/loop/backing_file")
	if err == nil {
		return fmt.Errorf("%s is still attached to %s", loop, text)
	}
	return nil
}

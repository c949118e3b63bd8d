//go:build linux

package mounts_hostile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

// Lazy unmount of the old root: what the host has mounted when the run starts it can unmount while
// the run lives, and the device is free at once.
func TestDevicesOfTheHostAreNotPinned(t *testing.T) {
	nstest.RequireRoot(t)
	const imageOf = "NSTEST_PINNED_IMAGE" // for the children, in which these lines run again
	if os.Getenv(imageOf) == "" {
		t.Setenv(imageOf, makeImage(t, "ext4"))
	}
	image := os.Getenv(imageOf)
	for _, row := range []struct {
		name    string
		options []string
		rootfs  bool
	}{
		{"a root file system", nil, true},
		{"an overlay", []string{"--overlay"}, true},
		{"a root file system that is slave", []string{"--propagation=slave"}, true},
		{"a root file system that is unbindable", []string{"--propagation=unbindable"}, true},
		{"no root file system, and slave", []string{"--propagation=slave"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			inChild(t, func(t *testing.T, c caller) {
				root, _ := rootOnTmpfs(t, c)
				must(t, unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""))
				defer unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, "")
				device := filepath.Join(filepath.Dir(root), "device")
				must(t, os.Mkdir(device, 0o755))
				loop := mountLoop(t, image, device)
				args := append([]string{"--uts", "--mnt"}, row.options...)
				if row.rootfs {
					args = append(args, root)
				}
				pid := nstest.SleeperCmd(t, c.nsrun(t, args...))
				if table := mountinfo(t, strconv.Itoa(pid)); row.rootfs && strings.Contains(table, device) {
					t.Errorf("the device is mounted inside:\n%s", table)
				}
				if err := unix.Unmount(device, 0); err != nil {
					t.Fatal(err)
				}
				eventually(t, func() error { return detached(loop) })
			})
		})
	}
}

// The command's process has the standard streams and no other descriptor, whatever was opened for
// its mounts: seen from the host, which misses none.
func TestDescriptorsWithMounts(t *testing.T) {
	nstest.RequireRoot(t)
	ext4, squashfs := makeImage(t, "ext4"), makeImage(t, "squashfs")
	for _, row := range []struct {
		name    string
		options []string
		asRoot  bool
		image   bool
	}{
		{"volumes", []string{"-v", "SRC:/a/b", "-v", "SRC/f:/c:ro", "-v", "SRC:/s:shared", "-v", "SRC:/n:norec,slave"}, false, false},
		{"file systems", []string{"--tmpfs=/t", "--fs=tmpfs:x:/u", "--mask=default", "--ro-path=default", "--ro"}, false, false},
		{"a shared root", []string{"--propagation=shared"}, false, false},
		{"an overlay", []string{"--overlay", "-v", "SRC:/a/b"}, false, false},
		{"an image as a file system", []string{"--fs=auto:" + ext4 + ":/i:ro", "--fs=squashfs:" + squashfs + ":/j"}, true, false},
		{"an image in a user namespace", []string{"--user", "-r", "--fs=auto:" + squashfs + ":/j", "-v", "SRC:/m"}, true, false},
		{"an image as the root", []string{"--tmpfs=/tmp"}, true, true},
		{"an image below an overlay", []string{"--overlay", "-v", "SRC:/a/b"}, true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachCaller(t, func(t *testing.T, c caller) {
				if row.asRoot && !c.root {
					return // images are root's
				}
				root, canary := hostileRootfs(t, c)
				options := expand(row.options, source(t, root))
				if row.image {
					root = squashfs
				}
				dir, err := os.Open("/") // what the caller has open must not come along either
				must(t, err)
				defer dir.Close()
				cmd := c.nsrun(t, job(options, root)...)
				cmd.ExtraFiles = []*os.File{dir, dir, dir}
				pid := nstest.SleeperCmd(t, cmd)
				eventually(t, func() error {
					var list []string
					entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
					for _, e := range entries {
						list = append(list, e.Name())
					}
					if !slices.Equal(list, []string{"0", "1", "2"}) {
						return fmt.Errorf("the command has the descriptors %v", list)
					}
					return nil
				})
				if table := mountinfo(t, strconv.Itoa(pid)); strings.Contains(table, canary.dir) {
					t.Errorf("the canary is mounted inside:\n%s", table)
				}
			})
		})
	}
}

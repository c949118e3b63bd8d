//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// lab is what all the work is done on: a root file system, and where the tools are.
type lab struct {
	dir     string // a tmpfs of the bench's own
	root    string // the root file system
	nsrun   string
	nsjoin  string
	bundle  string // the root file system as an OCI bundle
	runtime string // state of crun and runc
	volume  string // a directory to be shown in the root file system
	image   string // the root file system as a squashfs
}

// newLab makes everything in a private mount namespace, so that nothing of it outlives
// the bench but an empty directory when the bench is killed.
func newLab(bin string) (*lab, error) {
	if err := privateMounts(); err != nil {
		return nil, err
	}
	bin, err := filepath.Abs(bin)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "nskit-bench.")
	if err != nil {
		return nil, err
	}
	l := &lab{
		dir: dir, root: filepath.Join(dir, "rootfs"),
		nsrun: filepath.Join(bin, "nsrun"), nsjoin: filepath.Join(bin, "nsjoin"),
		bundle: filepath.Join(dir, "bundle"), runtime: filepath.Join(dir, "runtime"),
		volume: filepath.Join(dir, "volume"), image: filepath.Join(dir, "rootfs.squashfs"),
	}
	if err := l.fill(); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lab) fill() error {
	if err := unix.Mount("bench", l.dir, "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mount a tmpfs on %s: %w", l.dir, err)
	}
	if out, err := exec.Command("hack/mkrootfs", l.root).CombinedOutput(); err != nil {
		return fmt.Errorf("hack/mkrootfs: %w: %s", err, strings.TrimSpace(string(out)))
	}
	if err := l.makeVolumes(); err != nil {
		return err
	}
	if err := l.writeImage(); err != nil {
		return err
	}
	return l.writeBundle()
}

func (l *lab) close() {
	// Lazily: a container that is just ending may still use it.
	_ = unix.Unmount(l.dir, unix.MNT_DETACH)
	_ = os.Remove(l.dir)
}

// host is the path, outside the root file system, of a program in it. All measured
// commands start this same binary, a static busybox where there is one.
func (l *lab) host(name string) string {
	return filepath.Join(l.root, "usr/bin", name)
}

// privateMounts gives the bench a mount namespace, with a pure cgroup v2 tree in it:
// crun refuses to start on the hybrid layout.
func privateMounts() error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("unshare the mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make all mounts private: %w", err)
	}
	const cgroups = "/sys/fs/cgroup"
	var fs unix.Statfs_t
	if err := unix.Statfs(cgroups, &fs); err != nil || fs.Type == unix.CGROUP2_SUPER_MAGIC {
		return nil
	}
	// No options: those of cgroup2 hold for the whole machine.
	if err := unix.Mount("cgroup2", cgroups, "cgroup2", 0, ""); err != nil {
		return fmt.Errorf("mount cgroup2 on %s: %w", cgroups, err)
	}
	return nil
}

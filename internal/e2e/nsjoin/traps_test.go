//go:build linux

package nsjoin_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// traps are files that a program or a C library might open on its own, each a FIFO: who
// opens it for reading waits for ever.
var traps = []string{
	"proc/self/maps", "proc/self/cgroup", "proc/self/mountinfo", "proc/self/status", "proc/self/stat",
	"proc/self/exe", "proc/self/uid_map", "proc/self/setgroups", "proc/self/attr/current", "proc/stat",
	"proc/cpuinfo", "proc/meminfo", "proc/mounts", "proc/filesystems", "proc/sys/kernel/cap_last_cap",
	"proc/sys/kernel/osrelease", "proc/sys/vm/overcommit_memory", "proc/sys/net/core/somaxconn",
	"sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "sys/devices/system/cpu/online",
	"sys/fs/cgroup/cpu.max", "etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/ld.so.cache",
	"etc/ld.so.preload", "etc/localtime", "etc/resolv.conf", "etc/hosts", "etc/selinux/config",
	"dev/null", "dev/tty", "dev/zero", "dev/urandom", "dev/console", "lib64/ld-linux-x86-64.so.2",
	"lib64/libc.so.6", "usr/share/locale/locale.alias", "usr/lib/locale/locale-archive", "tmp/x", "run/x",
}

// hostileRootfs has the traps in place of what is there otherwise.
func hostileRootfs(t *testing.T) string {
	t.Helper()
	rootfs := nstest.Rootfs(t)
	for _, trap := range traps {
		path := filepath.Join(rootfs, trap)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path)
		if err := unix.Mkfifo(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return rootfs
}

// hostile is a container that shows the traps, instead of what nsrun has mounted.
func hostile(t *testing.T, who caller) int {
	t.Helper()
	return container(t, who, hostileRootfs(t), "umount -l /dev; umount -l /sys; umount -l /proc") // umount(8) reads /proc/mounts
}

//go:build linux

package diag

import (
	"testing"

	"golang.org/x/sys/unix"
)

// A root mount with the id 27, and the new root with the id 40 below it.
func TestHintPivot(t *testing.T) {
	const (
		root    = "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
		newRoot = "40 27 0:50 / /new rw - tmpfs tmpfs rw\n"
	)
	for _, row := range []struct {
		name   string
		mounts string
		path   string
		want   []string
	}{
		{"the new root is shared", root + "40 27 0:50 / /new rw shared:7 - tmpfs tmpfs rw\n", "/new",
			[]string{"/new, on which the new root is, is shared", "mount --make-rprivate /"}},
		{"its parent is shared", "27 1 254:0 / / rw shared:1 master:3 - ext4 /dev/vda rw\n" + newRoot, "/new",
			[]string{"/, on which the new root is mounted, is shared", "--propagation"}},
		{"chroot", newRoot, "/new", []string{"root is a chroot", "--no-pivot"}},
		{"the initramfs", "27 27 0:2 / / rw - rootfs rootfs rw\n" + newRoot, "/new", []string{"initramfs", "--no-pivot", "switch_root"}},
		{"the initramfs by its type", "27 1 0:2 / / rw - rootfs rootfs rw\n" + newRoot, "/new", []string{"initramfs"}},
		{"no mount point", root + newRoot, "/new/sub dir", []string{`"/new/sub dir" is no mount point`, `mount --bind "/new/sub dir" "/new/sub dir"`}},
		{"a mount of elsewhere", root, "/new", []string{"/new is on a mount that is not in this mount namespace's table"}},
		{"locked", root + newRoot, "/new", []string{"/new may be a mount that came locked", "--rbind"}},
		{"a slave is not shared", "27 1 254:0 / / rw master:3 - ext4 /dev/vda rw\n" + newRoot, "/new", []string{"locked"}},
		{"a bind mount, which is one's own", root + "40 27 254:0 /srv/new /new rw - ext4 /dev/vda rw\n", "/new", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := machine(t, plain.with(files{"proc/thread-self/mountinfo": row.mounts}))
			is(t, pivotInvalid(mountTable(s.self("mountinfo")), 27, 40, row.path), row.want)
		})
	}
}

func TestHintPivotToALockedRoot(t *testing.T) {
	is(t, pivotInvalid(mountTable(machine(t, plain).self("mountinfo")), 27, 27, "/"), []string{"is the root already"})
}

func TestHintPivotBusy(t *testing.T) {
	is(t, pivotBusy(27, 27, "/"), []string{"is the root already"})
	is(t, pivotBusy(27, 27, "/srv"), []string{"/srv is a plain directory of the root mount", "mount --bind /srv /srv"})
	is(t, pivotBusy(27, 40, "/srv"), nil)
}

func TestHintPivotOfOtherFailures(t *testing.T) {
	is(t, machine(t, plain).pivot("/", unix.EPERM), []string{"pivot_root needs CAP_SYS_ADMIN"})
	is(t, machine(t, plain.with(root)).pivot("/", unix.EPERM), nil)
	is(t, machine(t, plain).pivot("/", unix.ENOENT), nil)
	is(t, machine(t, plain).pivot("/does/not/exist", unix.EINVAL), nil)
	is(t, machine(t, plain.with(files{"proc/thread-self/mountinfo": "-"})).pivot("/", unix.EINVAL), nil)
}

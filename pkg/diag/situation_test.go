//go:build linux

package diag

import (
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bind shows the tree below source at target, for as long as the mount
// namespace of the test's child lives.
func bind(t *testing.T, source, target string) {
	t.Helper()
	mount(t, source, target, "", unix.MS_BIND|unix.MS_REC)
}

func mount(t *testing.T, source, target, fstype string, flags uintptr) {
	t.Helper()
	if err := unix.Mount(source, target, fstype, flags, ""); err != nil {
		t.Fatalf("mount %s on %s: %v", source, target, err)
	}
}

// enterChroot changes the root of this thread alone.
func enterChroot(t *testing.T, dir string) {
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		t.Errorf("unshare(CLONE_FS): %v", err)
		runtime.Goexit()
	}
	if err := unix.Chroot(dir); err != nil {
		t.Errorf("chroot(%s): %v", dir, err)
		runtime.Goexit()
	}
}

// denyUnshare has unshare(2) refused with EPERM on this thread and in what it
// starts, as the profiles of container engines do.
func denyUnshare(t *testing.T) {
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // seccomp_data.nr
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: unix.SYS_UNSHARE},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Errorf("no_new_privs: %v", err)
		runtime.Goexit()
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		t.Errorf("seccomp: %v", errno)
		runtime.Goexit()
	}
}

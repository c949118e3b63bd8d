//go:build linux

package rootfs

import (
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

var procFS = mount.FS{Type: "proc", Flags: unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC}

func (b *builder) proc() {
	mode := b.Proc
	if mode == ProcAuto {
		switch {
		case b.NewPID:
			mode = ProcMount
		case b.Root == "":
			mode = ProcNone
		case isProc("/proc"):
			mode = ProcBind
		default:
			mode = ProcMount
		}
	}
	switch {
	case mode == ProcMount:
		b.mountStep("proc", procFS, b.mountProc)
	case mode == ProcBind && b.Root != "":
		b.bindStep("proc", 0, func() error {
			if err := b.bind("proc"); err != nil {
				return err
			}
			return b.checkMountpoint("proc", unix.PROC_SUPER_MAGIC)
		})
	}
}

// mountProc mounts a fresh procfs. There is no falling back to the caller's:
// it would show the processes of another PID namespace, under other numbers.
func (b *builder) mountProc() error {
	target, err := b.mountpoint("proc")
	if err != nil {
		return err
	}
	if err := procFS.Mount(target); err != nil {
		return diag.AddHint(step("mount /proc", err), func(e *diag.Error) string {
			return diag.HintProc(diag.Errno(e))
		})
	}
	return b.checkMountpoint("proc", unix.PROC_SUPER_MAGIC)
}

// isProc reports whether there is a procfs at path.
func isProc(path string) bool {
	var st unix.Statfs_t
	return unix.Statfs(path, &st) == nil && int64(st.Type) == unix.PROC_SUPER_MAGIC
}

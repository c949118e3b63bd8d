//go:build linux

package nsumount_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

func TestRefused(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		fatal(t, os.MkdirAll("/mnt/dir/x", 0o755))
		write(t, "/mnt/file")
		fatal(t, os.Symlink("nowhere/else", "/mnt/broken"))
		fatal(t, os.Symlink("loop", "/mnt/loop"))
		for _, row := range []struct{ path, errno, hint string }{
			{"/mnt/dir", "invalid argument (EINVAL)", "/mnt/dir is no mount point: it is on the mount /mnt (tmpfs)"},
			{"/mnt/file", "invalid argument (EINVAL)", "/mnt/file is no mount point: it is on the mount /mnt (tmpfs)"},
			{"/mnt/none", "no such file or directory (ENOENT)", "there is no none in /mnt"},
			{"/mnt/no ne/x/y", "no such file or directory (ENOENT)", `there is no "no ne" in /mnt`},
			{"/mnt/broken", "no such file or directory (ENOENT)", "/mnt/broken is a symbolic link to nowhere/else, which does not exist"},
			{"/mnt/loop/x", "too many levels of symbolic links (ELOOP)", "/mnt/loop is a symbolic link that leads back to itself, or over more than 40 others"},
			{"/mnt/file/x", "not a directory (ENOTDIR)", "/mnt/file is no directory"},
			{"/mnt/\x1b", "no such file or directory (ENOENT)", `there is no "\x1b" in /mnt`},
		} {
			for _, option := range []struct{ name, flags string }{
				{"--force", "MNT_FORCE"}, {"--lazy", "MNT_DETACH"}, {"--expire", "MNT_EXPIRE"}, {"--recursive", "0"},
			} {
				refuses(t, []string{option.name, row.path},
					"umount2("+strconv.Quote(row.path)+", "+option.flags+"): "+row.errno, "hint: "+row.hint)
			}
		}
		refuses(t, []string{"/mnt/" + strings.Repeat("x", 300)},
			`umount2("/mnt/`+strings.Repeat("x", 300)+`", 0): file name too long (ENAMETOOLONG)`)
	})
}

// Without a mount of its own no privilege is needed to see why, and none to be refused.
func TestRefusedToAPlainUser(t *testing.T) {
	nstest.RequireRoot(t)
	in(t, asRoot, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		fatal(t, os.MkdirAll("/mnt/closed/dir", 0o755))
		fatal(t, os.Chmod("/mnt/closed", 0o700))
		user := func(args ...string) nstest.Result {
			cmd := nsumount(t, args...)
			nstest.AsUser(cmd)
			return nstest.Exec(t, cmd)
		}
		const hint = "hint: unmounting needs CAP_SYS_ADMIN in the user namespace that owns this mount namespace: " +
			"run it as root, or as its own root in a container of yours (nsjoin -t PID)"
		for _, row := range []struct{ option, flags string }{
			{"--lazy", "MNT_DETACH"}, {"--force", "MNT_FORCE"}, {"--expire", "MNT_EXPIRE"}, {"--recursive", "UMOUNT_NOFOLLOW"},
		} {
			says(t, user(row.option, "/mnt/a"), 125, `umount2("/mnt/a", `+row.flags+`): operation not permitted (EPERM)`, hint)
		}
		says(t, user("/mnt/closed/dir"), 125, `umount2("/mnt/closed/dir", 0): permission denied (EACCES)`,
			"hint: this process may not search /mnt/closed (permission x): run it as root, or as the user that the directory belongs to")
		mounted(t, "/mnt/a", 1)
	})
}

// Root of a user namespace has no power over the mount namespace around it.
func TestRefusedInAnOuterMountNamespace(t *testing.T) {
	nstest.RequireRoot(t)
	in(t, asRoot, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		cmd := nsumount(t, "/mnt/a")
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{Size: 1}}, GidMappings: []syscall.SysProcIDMap{{Size: 1}}}
		says(t, nstest.Exec(t, cmd), 125, `umount2("/mnt/a", 0): operation not permitted (EPERM)`,
			"hint: this mount namespace belongs to a user namespace further out: run it there, or in a mount namespace of your own (nsrun --mnt)")
	})
}

// inNewUserNS is a command in a user and a mount namespace of its own, which inherits the mounts.
func inNewUserNS(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{Size: 1}}, GidMappings: []syscall.SysProcIDMap{{Size: 1}}}
	return cmd
}

func TestLockedMounts(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		for _, row := range []struct{ option, flags string }{
			{"--lazy", "MNT_DETACH"}, {"--force", "MNT_FORCE"}, {"--expire", "MNT_EXPIRE"}, {"--recursive", "UMOUNT_NOFOLLOW"},
		} {
			says(t, nstest.Exec(t, inNewUserNS(nsumount(t, row.option, "/mnt/a"))), 125,
				`umount2("/mnt/a", `+row.flags+`): invalid argument (EINVAL)`,
				"hint: the mount on /mnt/a is locked: a user namespace has inherited it with what it is mounted on, "+
					"and they cannot be separated: unmount it in the mount namespace that it came from")
		}
		mounted(t, "/mnt/a", 1)
	})
}

// A bind mount of one's own can be unmounted, but not by force: the file system is somebody else's.
func TestForceOnAFileSystemOfAnother(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		fatal(t, os.Mkdir("/mnt/b", 0o755))
		script := `mount --bind /mnt/a /mnt/b && exec "$@"`
		cmd := inNewUserNS(exec.Command("sh", "-c", script, "sh", nstest.Tool(t, "nsumount"), "-f", "/mnt/b"))
		says(t, nstest.Exec(t, cmd), 125, `umount2("/mnt/b", MNT_FORCE): operation not permitted (EPERM)`,
			"hint: --force needs CAP_SYS_ADMIN in the user namespace in which the file system was mounted: leave --force out, or detach it with --lazy")
	})
}

func TestAMountOfAnotherNamespace(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		pid := sleeper(t, func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS} })
		path := "/proc/" + strconv.Itoa(pid) + "/root/mnt/a"
		refuses(t, []string{path}, `umount2("`+path+`", 0): invalid argument (EINVAL)`,
			"hint: "+path+" is on a mount that is not in this mount namespace: enter the one that has it (nsjoin -t PID --mount)")
	})
}

// umount2("/", 0) would make the whole file system read-only, for the machine as well. So this is
// tested by a user alone, to whom the kernel would refuse it.
func TestTheRootIsLeftAlone(t *testing.T) {
	nstest.RequireUserNS(t)
	in(t, asUser, func(t *testing.T) {
		fatal(t, os.Symlink("/", "/mnt/root"))
		for _, row := range []struct{ option, path, flags string }{
			{"-R", "/", "0"}, {"-R", "/mnt/..", "0"}, {"-R", "/mnt/root", "0"}, {"-e", "/proc/self/root", "MNT_EXPIRE"},
			{"-f", "//mnt/../", "MNT_FORCE"}, {"-fR", "/mnt/root/.", "MNT_FORCE"},
		} {
			refusesRoot(t, row.option, row.path, row.flags)
		}
		tmpfs(t, "/proc") // nothing can be looked up any more
		fatal(t, os.Chdir("/"))
		for _, path := range []string{"/", ".", "/mnt/.."} {
			refusesRoot(t, "-R", path, "0")
		}
	})
}

func refusesRoot(t *testing.T, option, path, flags string) {
	t.Helper()
	refuses(t, []string{option, path},
		`unmount the root directory of this process: umount2("`+path+`", `+flags+`): device or resource busy (EBUSY)`,
		"hint: not attempted, since the kernel would not unmount it but make the whole file system read-only: "+
			"if that is wanted, `mount -o remount,ro /`")
}

// Without /proc nobody can be found, and that is said.
func TestBusyWithoutProc(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/b")
		tmpfs(t, "/proc")
		r := nstest.Exec(t, nsumount(t, "/mnt/a"))
		fatal(t, unix.Unmount("/proc", 0))
		says(t, r, 125, busyA,
			"hint: what keeps it busy cannot be looked up: open /proc/self/fdinfo/3: no such file or directory")
	})
}

func TestADeviceInsteadOfItsMountPoint(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		write(t, "/mnt/device")
		fatal(t, os.Mkdir("/mnt/a", 0o755))
		fatal(t, unix.Mount("/mnt/device", "/mnt/a", "tmpfs", 0, ""))
		refuses(t, []string{"/mnt/device"}, `umount2("/mnt/device", 0): invalid argument (EINVAL)`,
			"hint: /mnt/device is mounted on /mnt/a: unmount that")
	})
}

//go:build linux

package nsumount_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
)

const (
	busyA  = `umount2("/mnt/a", 0): device or resource busy (EBUSY)`
	remedy = ": end them, or detach it with --lazy"
)

// Each row keeps /mnt/a busy in one way, and returns what the hint says of it.
var ways = []struct {
	name string
	use  func(t *testing.T) string
}{
	{"a working directory", func(t *testing.T) string {
		return inUse("cwd", sleeperIn(t, "/mnt/a"))
	}},
	{"a working directory that has been removed", func(t *testing.T) string {
		fatal(t, os.Mkdir("/mnt/a/gone", 0o755))
		pid := sleeperIn(t, "/mnt/a/gone")
		fatal(t, os.Remove("/mnt/a/gone"))
		return inUse("cwd", pid)
	}},
	{"a root directory, and all that is in it", func(t *testing.T) string {
		copyWithLibraries(t, nstest.RequireCommand(t, "sleep"), "/mnt/a")
		pid := sleeper(t, func(cmd *exec.Cmd) {
			cmd.Dir, cmd.SysProcAttr = "/", &syscall.SysProcAttr{Chroot: "/mnt/a"}
		})
		return inUse("cwd, root, exe", pid)
	}},
	{"an executable", func(t *testing.T) string {
		copyFile(t, nstest.RequireCommand(t, "sleep"), "/mnt/a/sleep")
		pid := sleeper(t, func(cmd *exec.Cmd) { cmd.Path = "/mnt/a/sleep" })
		return inUse("exe", pid)
	}},
	{"open files, one of them removed", func(t *testing.T) string {
		one, err := os.Create("/mnt/a/one")
		fatal(t, err)
		defer one.Close()
		two, err := os.Create("/mnt/a/two")
		fatal(t, err)
		defer two.Close()
		pid := sleeper(t, func(cmd *exec.Cmd) { cmd.ExtraFiles = []*os.File{one, two} })
		fatal(t, os.Remove("/mnt/a/one"))
		return inUse("fd 3, fd 4", pid)
	}},
	{"a FIFO, which nobody must wait for", func(t *testing.T) string {
		fatal(t, unix.Mkfifo("/mnt/a/fifo", 0o600))
		fifo, err := os.OpenFile("/mnt/a/fifo", os.O_RDWR, 0)
		fatal(t, err)
		defer fifo.Close()
		return inUse("fd 3", sleeper(t, func(cmd *exec.Cmd) { cmd.ExtraFiles = []*os.File{fifo} }))
	}},
}

func inUse(how string, pid int) string {
	return fmt.Sprintf("hint: in use by PID %d (sleep: %s)", pid, how) + remedy
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	fatal(t, err)
	fatal(t, os.MkdirAll(filepath.Dir(to), 0o755))
	fatal(t, os.WriteFile(to, content, 0o755))
}

// copyWithLibraries copies a program so that it can run with the directory as its root.
func copyWithLibraries(t *testing.T, program, root string) {
	t.Helper()
	copyFile(t, program, root+program)
	libraries, err := exec.Command("ldd", program).Output()
	fatal(t, err)
	for _, word := range strings.Fields(string(libraries)) {
		if strings.HasPrefix(word, "/") {
			copyFile(t, word, root+word)
		}
	}
}

func TestBusy(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				tmpfs(t, "/mnt/a")
				refuses(t, []string{"/mnt/a"}, busyA, way.use(t))
				mounted(t, "/mnt/a", 1)
			})
		})
	}
}

func TestBusyByAMappedFile(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		write(t, "/mnt/a/file")
		file, err := os.Open("/mnt/a/file")
		fatal(t, err)
		memory, err := unix.Mmap(int(file.Fd()), 0, 1, unix.PROT_READ, unix.MAP_PRIVATE)
		fatal(t, err)
		fatal(t, file.Close())
		comm, err := os.ReadFile("/proc/self/comm")
		fatal(t, err)
		refuses(t, []string{"/mnt/a"}, busyA, fmt.Sprintf("hint: in use by PID %d (%s: mmap of /mnt/a/file)%s",
			os.Getpid(), strings.TrimSpace(string(comm)), remedy))
		fatal(t, unix.Munmap(memory))
		works(t, "/mnt/a")
	})
}

func TestBusyByMoreThanAreListed(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		var said []string
		for range 7 {
			said = append(said, fmt.Sprintf("PID %d (sleep: cwd)", sleeperIn(t, "/mnt/a")))
		}
		refuses(t, []string{"/mnt/a"}, busyA, "hint: in use by "+strings.Join(said[:5], ", ")+" and 2 more"+remedy)
	})
}

func TestBusyByAMountBelow(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/b")
		tmpfs(t, "/mnt/a/b/c")
		pid := sleeperIn(t, "/mnt/a")
		const below = "hint: mounted below it: /mnt/a/b, /mnt/a/b/c: unmount them with it by --recursive; "
		refuses(t, []string{"/mnt/a"}, busyA, below+strings.TrimPrefix(inUse("cwd", pid), "hint: "))
	})
}

// Users of another mount of the same file system are not accused.
func TestOnlyUsersOfTheMountItself(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		fatal(t, os.Mkdir("/mnt/bind", 0o755))
		fatal(t, unix.Mount("/mnt/a", "/mnt/bind", "", unix.MS_BIND, ""))
		sleeperIn(t, "/mnt/bind")
		pid := sleeperIn(t, "/mnt/a")
		refuses(t, []string{"/mnt/a"}, busyA, inUse("cwd", pid))
	})
}

// Nor are those of a mount that the one in question covers.
func TestOnlyUsersOfTheTopmostMount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		sleeperIn(t, "/mnt/a")
		tmpfs(t, "/mnt/a")
		pid := sleeperIn(t, "/mnt/a")
		refuses(t, []string{"/mnt/a"}, busyA, inUse("cwd", pid))
	})
}

func TestBusyByALoopDevice(t *testing.T) {
	nstest.RequireRoot(t)
	losetup := nstest.RequireCommand(t, "losetup")
	in(t, asRoot, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		fatal(t, os.WriteFile("/mnt/a/my image", make([]byte, 1<<20), 0o644))
		output, err := exec.Command(losetup, "--find", "--show", "/mnt/a/my image").CombinedOutput()
		if err != nil {
			t.Fatalf("losetup: %v: %s", err, output)
		}
		device := strings.TrimSpace(string(output))
		refuses(t, []string{"/mnt/a"}, busyA, "hint: "+device+` is a loop device on "/mnt/a/my image": `+"`losetup -d "+device+"`")
		fatal(t, exec.Command(losetup, "-d", device).Run())
		works(t, "/mnt/a")
	})
}

// What only the tool itself holds is nobody else's fault.
func TestBusyByNobodyWhoCanBeSeen(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		cmd := nsumount(t, "/mnt/a")
		cmd.Dir = "/mnt/a"
		says(t, nstest.Exec(t, cmd), 125, busyA, "hint: nothing that can be seen from here uses it: this command itself, "+
			"the kernel (an NFS server, a bound socket) or a process outside of this PID namespace may: detach it with --lazy")
	})
}

// Root of a user namespace may not look at the processes around it.
func TestProcessesThatCannotBeLookedAt(t *testing.T) {
	nstest.RequireRoot(t)
	child := asUser
	child.Cloneflags &^= unix.CLONE_NEWPID
	nstest.Sleeper(t)
	nstest.Sleeper(t)
	in(t, child, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		pid := sleeperIn(t, "/mnt/a")
		r := nstest.Exec(t, nsumount(t, "/mnt/a"))
		want := "nsumount: " + busyA + "\nnsumount: " + inUse("cwd", pid) + "; "
		unseen, found := strings.CutPrefix(r.Stderr, want)
		number, rest, _ := strings.Cut(unseen, " ")
		n, err := strconv.Atoi(number)
		if !found || err != nil || n < 2 || rest != "processes of others could not be looked at: run it as the host's root\n" {
			t.Errorf("stderr %s", r.Stderr)
		}
	})
}

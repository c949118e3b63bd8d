//go:build linux

package nsumount_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestUnmount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		works(t, "/mnt/a")
		mounted(t, "/mnt/a", 0)
		mounted(t, "/mnt", 1)
	})
}

func TestUnmountTakesTheTopmostMount(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a")
		works(t, "/mnt/a")
		mounted(t, "/mnt/a", 1)
	})
}

func TestUnmountFollowsLinks(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		fatal(t, os.Symlink("a", "/mnt/link"))
		works(t, "/mnt/link")
		mounted(t, "/mnt/a", 0)
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/b")
		works(t, "-R", "/mnt/link")
		mounted(t, "/mnt/a", 0)
	})
}

func TestUnmountOfOddNames(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, name := range []string{" ", "-l", "\xff\xfe", "a\nb", `\040`, "\x1b[2J", "ü", "x (deleted)"} {
			path := "/mnt/" + name
			tmpfs(t, path)
			tmpfs(t, path+"/"+name)
			sleeperIn(t, path) // ends with the test, whose mounts go then anyway
			works(t, "-l", path)
			mounted(t, path, 0)
			tmpfs(t, path)
			tmpfs(t, path+"/"+name)
			works(t, "--recursive", path)
			mounted(t, path, 0)
		}
		fatal(t, os.Chdir("/mnt"))
		tmpfs(t, "/mnt/-l")
		works(t, "--", "-l")
		mounted(t, "/mnt/-l", 0)
	})
}

// Who keeps a mount with an odd name busy, by an odd name, is named without harm to the terminal.
func TestBusyWithOddNames(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		const path = "/mnt/a\x1b[2J\n\xff"
		tmpfs(t, path)
		file, err := os.Create(path + "/f\n")
		fatal(t, err)
		fatal(t, file.Truncate(1))
		memory, err := unix.Mmap(int(file.Fd()), 0, 1, unix.PROT_READ, unix.MAP_SHARED)
		fatal(t, err)
		fatal(t, file.Close())
		comm, err := os.ReadFile("/proc/self/comm")
		fatal(t, err)
		fatal(t, os.WriteFile("/proc/self/comm", []byte("o\x1bdd name"), 0))
		refuses(t, []string{path}, `umount2("/mnt/a\x1b[2J\n\xff", 0): device or resource busy (EBUSY)`,
			"hint: in use by PID "+strconv.Itoa(os.Getpid())+` ("o\x1bdd name": mmap of /mnt/a\x1b[2J\n\xff/f\n): end them, or detach it with --lazy`)
		fatal(t, os.WriteFile("/proc/self/comm", comm, 0))
		fatal(t, unix.Munmap(memory))
		works(t, path)
	})
}

func TestSeveralPathsAreAllTried(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/b")
		fatal(t, os.Mkdir("/mnt/dir", 0o755))
		refuses(t, []string{"/mnt/none", "/mnt/a", "/mnt/dir", "/mnt/b"},
			`umount2("/mnt/none", 0): no such file or directory (ENOENT)`,
			"hint: there is no none in /mnt",
			`umount2("/mnt/dir", 0): invalid argument (EINVAL)`,
			"hint: /mnt/dir is no mount point: it is on the mount /mnt (tmpfs)")
		mounted(t, "/mnt/a", 0)
		mounted(t, "/mnt/b", 0)
		for _, path := range []string{"/mnt/a", "/mnt/b"} {
			tmpfs(t, path)
		}
		works(t, "/mnt/a", "/mnt/b", "/mnt")
		mounted(t, "/mnt", 0)
	})
}

func TestLazyDetachesWhatIsInUse(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		tmpfs(t, "/mnt/a/b")
		pid := sleeperIn(t, "/mnt/a/b")
		works(t, "--lazy", "/mnt/a")
		mounted(t, "/mnt/a", 0)
		mounted(t, "/mnt/a/b", 0)
		link, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/cwd")
		fatal(t, err)
		if strings.HasPrefix(link, "/mnt") {
			t.Errorf("its user is still in %s", link)
		}
	})
}

func TestForce(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		tmpfs(t, "/mnt/a")
		pid := strconv.Itoa(sleeperIn(t, "/mnt/a"))
		refuses(t, []string{"-f", "/mnt/a"}, `umount2("/mnt/a", MNT_FORCE): device or resource busy (EBUSY)`,
			"hint: in use by PID "+pid+" (sleep: cwd): end them, or detach it with --lazy")
		works(t, "--force", "--lazy", "/mnt/a")
		mounted(t, "/mnt/a", 0)
		tmpfs(t, "/mnt/b")
		tmpfs(t, "/mnt/b/c")
		works(t, "--force", "--recursive", "/mnt/b")
		mounted(t, "/mnt/b", 0)
	})
}

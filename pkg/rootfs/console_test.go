//go:build linux

package rootfs

import (
	"os"
	"strconv"
	"testing"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// terminalOn makes fd a new pseudo-terminal, and says what its number is.
func terminalOn(t *testing.T, fd int) (rdev uint64) {
	t.Helper()
	master, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	fatal(t, err)
	fatal(t, unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	fatal(t, err)
	tty, err := unix.Open("/dev/pts/"+strconv.Itoa(n), unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	fatal(t, err)
	fatal(t, unix.Dup2(tty, fd))
	var st unix.Stat_t
	fatal(t, unix.Fstat(tty, &st))
	return st.Rdev
}

func TestConsole(t *testing.T) {
	for _, row := range []struct {
		name    string
		fd      int
		prepare func(t *testing.T)
		want    bool
	}{
		{"no terminal", -1, func(*testing.T) {}, false},
		{"a terminal as standard input", 0, func(*testing.T) {}, true},
		{"a terminal of another devpts", 0, func(t *testing.T) { fatal(t, mount.FS{Type: "devpts"}.Mount("/dev/pts")) }, false},
		{"a file that has the name of the terminal", 0, func(t *testing.T) {
			mountTmpfs(t, "/dev/pts", 0)
			for i := range 64 {
				fatal(t, os.WriteFile("/dev/pts/"+strconv.Itoa(i), nil, 0o644))
			}
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, c Config) {
				tree(t, "dir r")
				c.Root = "/tmp/r"
				var want uint64
				if row.fd >= 0 {
					want = terminalOn(t, row.fd)
				}
				row.prepare(t)
				fatal(t, run(t, c, func() {
					var st unix.Stat_t
					err := unix.Stat("/dev/console", &st)
					if row.want && (err != nil || st.Rdev != want || st.Mode&unix.S_IFMT != unix.S_IFCHR) {
						t.Errorf("/dev/console has number %#x, want %#x: %v", st.Rdev, want, err)
					}
					if !row.want && err != unix.ENOENT {
						t.Errorf("/dev/console: %v", err)
					}
				}))
			})
		})
	}
}

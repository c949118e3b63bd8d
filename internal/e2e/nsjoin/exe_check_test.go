//go:build linux

package nsjoin_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"nskit.dev/nskit/internal/nstest"
)

// ownTool copies nsjoin to where a test may lose it; the caller is its owner.
func ownTool(t testing.TB, who caller, mode os.FileMode) string {
	t.Helper()
	path := nstest.TempDir(t) + "/nsjoin"
	ownFile(t, who, nstest.Tool(t, "nsjoin"), path, mode)
	return path
}

func hash(t testing.TB, path string) [32]byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(text)
}

// checkExecutable: another file than the host's, or on a read-only mount. A process
// that has just ended has none; one that is held by the tracer has.
func checkExecutable(t *testing.T, path, tool string) {
	t.Helper()
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT {
		return
	}
	if err != nil {
		t.Error(err)
		return
	}
	defer unix.Close(fd)
	var theirs, ours unix.Stat_t
	var fs unix.Statfs_t
	if err := errors.Join(unix.Fstat(fd, &theirs), unix.Fstatfs(fd, &fs), unix.Stat(tool, &ours)); err != nil {
		t.Error(err)
	}
	if theirs.Ino == ours.Ino && theirs.Dev == ours.Dev && fs.Flags&unix.ST_RDONLY == 0 {
		t.Errorf("%s is the host's file, and it can be written to", path)
	}
}

// checkLink: the way was taken that the row is about.
func checkLink(t *testing.T, path, want string) {
	t.Helper()
	have, err := os.Readlink(path)
	for begin := range strings.SplitSeq(want, "|") {
		if err == nil && strings.HasPrefix(have, begin) {
			return
		}
	}
	t.Errorf("%s is %q (%v), want one of %s", path, have, err, want)
}

// overwrite tries all that there is to write through a descriptor that was opened for reading.
func overwrite(held int) {
	path := fmt.Sprintf("/proc/self/fd/%d", held)
	writable := unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY}
	_ = unix.MountSetattr(held, "", unix.AT_EMPTY_PATH, &writable)
	_ = unix.Fchmod(held, 0o777)
	_ = unix.Chmod(path, 0o777)
	for _, flags := range []int{unix.O_WRONLY, unix.O_RDWR, unix.O_WRONLY | unix.O_TRUNC} {
		if fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0); err == nil {
			_, _ = unix.Write(fd, []byte("#!/evil\n"))
			unix.Close(fd)
		}
	}
}

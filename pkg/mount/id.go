//go:build linux

package mount

import (
	"bufio"
	"errors"
	"os"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// ID is the id of the mount that fd, which may be O_PATH, is on, as the first field of
// /proc/self/mountinfo has it: statx(2), Linux 5.8; before that proc_pid_fdinfo(5),
// Linux 3.15, which needs /proc.
func ID(fd int) (uint64, error) {
	var st unix.Statx_t
	err := unix.ENOSYS
	if !forceOldAPI {
		err, _ = retry(func() error {
			return unix.Statx(fd, "", unix.AT_EMPTY_PATH, unix.STATX_MNT_ID, &st)
		}).(unix.Errno)
	}
	if err == 0 && st.Mask&unix.STATX_MNT_ID != 0 {
		return st.Mnt_id, nil
	}
	return oldID(fd)
}

func oldID(fd int) (uint64, error) {
	path := "/proc/self/fdinfo/" + strconv.Itoa(fd)
	f, err := os.Open(path)
	if err != nil {
		return 0, &diag.Error{Call: call("open", quote(path)), Err: errors.Unwrap(err)}
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if id, ok := strings.CutPrefix(s.Text(), "mnt_id:"); ok {
			return strconv.ParseUint(strings.TrimSpace(id), 10, 64)
		}
	}
	return 0, &diag.Error{Call: call("read", quote(path)), Err: unix.ENODATA}
}

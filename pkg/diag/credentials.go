//go:build linux

package diag

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// initialUserNS is PROC_USER_INIT_INO of the kernel: the inode number of the
// user namespace that all others descend from. It is in linux/nsfs.h since
// 6.16, and has been the same since there are such files.
const initialUserNS = "user:[4026531837]"

// initialUser reports whether the caller is in the initial user namespace.
func (s system) initialUser() bool {
	link, _ := nsLink(s.self("ns/user"))
	return link == initialUserNS
}

// nsLink is the name of a namespace, "uts:[4026531838]". Linux 5.10 lets one that
// may not be seen be read as an empty link.
func nsLink(path string) (string, error) {
	link, err := os.Readlink(path)
	if err == nil && link == "" {
		return "", &os.PathError{Op: "readlink", Path: path, Err: unix.EACCES}
	}
	return link, err
}

// capSet is a set of capabilities from a status file: CapEff, CapPrm, ...
func capSet(status, name string) (set uint64, known bool) {
	set, err := strconv.ParseUint(field(status, name), 16, 64)
	return set, err == nil
}

// holds reports whether a capability is in the caller's effective set, which
// is about the caller's own user namespace and those below it.
func (s system) holds(capability int) bool {
	set, known := capSet(s.self("status"), "CapEff")
	return known && set&(1<<capability) != 0
}

func (s system) admin() bool { return s.holds(unix.CAP_SYS_ADMIN) }

// effectiveID is the second of the four numbers of a line Uid or Gid of a status file.
func effectiveID(status, name string) (id string) {
	ids := strings.Fields(field(status, name))
	if len(ids) < 2 {
		return ""
	}
	return ids[1]
}

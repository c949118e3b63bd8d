//go:build linux

// Package shell finds the shell to run where no command was given.
package shell

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// maxPasswd bounds what is read of a passwd file, which may be a container's.
const maxPasswd = 1 << 20

// Candidates returns the shells to try, in order: $SHELL of env, the shell of
// uid's entry in passwd, and /bin/sh. Which of them can be executed shows when
// it is tried. passwd may be nil.
func Candidates(env []string, passwd io.Reader, uid int) []string {
	list := make([]string, 0, 3)
	for _, shell := range []string{variable(env, "SHELL"), entry(passwd, uid), "/bin/sh"} {
		if strings.HasPrefix(shell, "/") {
			list = append(list, shell)
		}
	}
	return list
}

// OpenPasswd opens /etc/passwd of the file system that root is a descriptor of,
// or of this process with unix.AT_FDCWD, and returns nil when there is none
// that can be trusted to be read: a FIFO would block for ever, a device could
// do anything, and a symbolic link is followed inside root only.
func OpenPasswd(root int) io.ReadCloser {
	const flags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	var fd int
	var err error
	if root == unix.AT_FDCWD {
		fd, err = unix.Open("/etc/passwd", flags, 0)
	} else {
		how := unix.OpenHow{Flags: flags, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS}
		fd, err = unix.Openat2(root, "etc/passwd", &how)
		if err == unix.ENOSYS || err == unix.EPERM {
			fd, err = openNoLinks(root, flags)
		}
	}
	if err != nil {
		return nil
	}
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		unix.Close(fd)
		return nil
	}
	return os.NewFile(uintptr(fd), "/etc/passwd")
}

// openNoLinks is for kernels before 5.6: where a component is a link, there is no entry.
func openNoLinks(root, flags int) (int, error) {
	etc, err := unix.Openat(root, "etc", unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(etc)
	return unix.Openat(etc, "passwd", flags|unix.O_NOFOLLOW, 0)
}

// variable is the last value of name in env, as a shell would see it.
func variable(env []string, name string) string {
	value := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}

// entry is the shell in uid's line, the seventh field: passwd(5).
func entry(passwd io.Reader, uid int) string {
	if passwd == nil {
		return ""
	}
	text, err := io.ReadAll(io.LimitReader(passwd, maxPasswd))
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(string(line), "\n"), ":")
		if len(fields) == 7 && fields[2] == strconv.Itoa(uid) {
			return fields[6]
		}
	}
	return ""
}

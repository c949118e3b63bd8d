//go:build linux

package rootfs

import (
	"strconv"

	"nskit.dev/nskit/pkg/mount"

	"golang.org/x/sys/unix"
)

// console adds /dev/console, which programs expect where there is a terminal: the one that
// standard output, input or error is. No more can be done with it than
// with that descriptor.
func (b *builder) console() {
	fd := terminal()
	if fd < 0 {
		return
	}
	b.add(
		func() string {
			return `mknodat(AT_FDCWD, "console", S_IFREG|0600, 0)` + "\n" +
				mount.Call(ttyName(fd), "console", "", unix.MS_BIND, "")
		},
		func() string { return "touch console && mount --bind $(tty) console" },
		func() error { return b.bindConsole(fd) },
	)
}

// terminal is the first of the standard descriptors that is one, -1 for none.
func terminal() int {
	for _, fd := range [...]int{1, 0, 2} {
		if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
			return fd
		}
	}
	return -1
}

func ttyName(fd int) string {
	name := make([]byte, unix.PathMax)
	n, err := unix.Readlink("/proc/self/fd/"+strconv.Itoa(fd), name)
	if err != nil {
		return ""
	}
	return string(name[:n])
}

// bindConsole binds the terminal by its name, since a descriptor that came from outside lies on
// a mount of another mount namespace. Where the name is not that of the terminal,
// as for one that came from another devpts, there is no console.
func (b *builder) bindConsole(fd int) error {
	tty, err := unix.Open(ttyName(fd), unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(tty)
	var want, got unix.Stat_t
	if unix.Fstat(fd, &want) != nil || unix.Fstat(tty, &got) != nil || want.Dev != got.Dev || want.Ino != got.Ino {
		return nil
	}
	if err := unix.Mknodat(unix.AT_FDCWD, "console", unix.S_IFREG|0o600, 0); err != nil {
		return devError("console", `mknodat(AT_FDCWD, "console", S_IFREG|0600, 0)`, err)
	}
	at, err := unix.Open("console", unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return devError("console", `open("console", O_PATH|O_NOFOLLOW|O_CLOEXEC)`, err)
	}
	defer unix.Close(at)
	point := mount.Point{FD: at, Dir: unix.AT_FDCWD, Name: "console"}
	return step("create /dev/console", mount.BindAt(tty, point, false, mount.Change{Propagation: mount.Private}))
}

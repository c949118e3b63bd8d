//go:build linux

package loop

import (
	"errors"
	"strconv"
	"strings"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

const controlPath = "/dev/loop-control"

const notRoot = "an image file needs a loop device, which only root of the machine may set up, not a user namespace " +
	"or an unprivileged container: run it as root, or unpack the image into a directory"

func openControl() (int, error) { return openNode(controlPath, unix.O_RDWR) }

// openNode opens a device node of the caller's /dev.
func openNode(path string, mode int) (int, error) {
	var fd int
	err := retry(func() (err error) {
		fd, err = unix.Open(path, mode|unix.O_CLOEXEC, 0)
		return err
	})
	if err == nil {
		return fd, nil
	}
	flags := "O_RDWR|O_CLOEXEC"
	if mode == unix.O_RDONLY {
		flags = "O_RDONLY|O_CLOEXEC"
	}
	e := &diag.Error{Call: "open(" + strconv.Quote(path) + ", " + flags + ")", Err: err}
	return -1, diag.AddHint(e, func(e *diag.Error) string { return hintNode(path, diag.Errno(e)) })
}

func hintNode(path string, errno unix.Errno) string {
	switch errno {
	case unix.EPERM, unix.EACCES:
		return notRoot
	case unix.ENOENT, unix.ENODEV, unix.ENXIO:
		if unix.Access("/sys/class/misc/loop-control", unix.F_OK) != nil {
			return "the kernel has no loop devices: `modprobe loop`"
		}
		if errno == unix.ENOENT {
			return "the node is missing in this /dev: `" + mknod(path) + "`; in a container: start that with the host's " + path
		}
	}
	return ""
}

// mknod is the command that makes a node. The numbers are those of the kernel's
// Documentation/admin-guide/devices.txt.
func mknod(path string) string {
	number, ok := strings.CutPrefix(path, "/dev/loop")
	if !ok || path == controlPath {
		return "mknod -m 600 " + controlPath + " c 10 237"
	}
	return "mknod -m 660 " + path + " b 7 " + number
}

// freeNumber asks for a device that is free, and makes one where there is none.
func freeNumber(control int) (int, error) {
	var number int
	err := retry(func() (err error) {
		number, err = unix.IoctlRetInt(control, unix.LOOP_CTL_GET_FREE)
		return err
	})
	if err != nil {
		e := &diag.Error{Call: "ioctl(" + strconv.Itoa(control) + "<" + controlPath + ">, LOOP_CTL_GET_FREE)", Err: err}
		return -1, diag.AddHint(e, hintRefused)
	}
	return number, nil
}

func hintRefused(e *diag.Error) string {
	if errno := diag.Errno(e); errno == unix.EPERM || errno == unix.EACCES {
		return notRoot
	}
	return ""
}

// retry repeats f while a signal interrupts it.
func retry(f func() error) error {
	for {
		if err := f(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

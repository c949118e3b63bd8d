//go:build linux

package loop

import (
	"errors"
	"strconv"
	"time"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// forceOldAPI makes the tests of this package use the old way.
var forceOldAPI bool

func (o Options) config(file int) *unix.LoopConfig {
	c := &unix.LoopConfig{Fd: uint32(file)}
	c.Info.Flags = unix.LO_FLAGS_AUTOCLEAR
	if o.ReadOnly {
		c.Info.Flags |= unix.LO_FLAGS_READ_ONLY
	}
	c.Info.Offset, c.Info.Sizelimit = o.Offset, o.SizeLimit
	// The name is for people only, losetup(8) shows it: where there is no /proc it
	// stays empty. The last byte is the NUL.
	name := make([]byte, len(c.Info.File_name)-1)
	if n, err := unix.Readlink("/proc/self/fd/"+strconv.Itoa(file), name); err == nil {
		copy(c.Info.File_name[:], name[:n])
	}
	return c
}

// configure attaches the file. The old way is taken for whatever error may mean that the
// new call is missing: EINVAL before Linux 5.8, ENOTTY and ENOSYS elsewhere; where it means
// something else the old calls fail too.
func (d *Device) configure(c *unix.LoopConfig) error {
	err := retry(func() error {
		if forceOldAPI {
			return unix.EINVAL
		}
		return unix.IoctlLoopConfigure(d.fd, c)
	})
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.ENOSYS) {
		return d.setFd(c)
	}
	return d.failed("LOOP_CONFIGURE", "{fd="+strconv.Itoa(int(c.Fd))+", info="+text(&c.Info)+"}", err)
}

// setFd is configure by the calls that all kernels have.
func (d *Device) setFd(c *unix.LoopConfig) error {
	err := retry(func() error { return unix.IoctlSetInt(d.fd, unix.LOOP_SET_FD, int(c.Fd)) })
	if err != nil {
		return d.failed("LOOP_SET_FD", strconv.Itoa(int(c.Fd)), err)
	}
	if err := d.setStatus(&c.Info); err != nil {
		// Only here is the file on it ours for certain.
		_ = unix.IoctlSetInt(d.fd, unix.LOOP_CLR_FD, 0)
		return err
	}
	return nil
}

// setStatus repeats what EAGAIN refuses: a new offset, while pages of the device are
// cached which another process, such as udev's, has just read.
func (d *Device) setStatus(info *unix.LoopInfo64) error {
	for attempt := 1; ; attempt++ {
		err := unix.IoctlLoopSetStatus64(d.fd, info)
		again := errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR)
		if !again || attempt == attempts {
			return d.failed("LOOP_SET_STATUS64", text(info), err)
		}
		time.Sleep(pause)
	}
}

func (d *Device) failed(request, argument string, err error) error {
	if err == nil {
		return nil
	}
	e := &diag.Error{Call: "ioctl(" + d.name() + ", " + request + ", " + argument + ")", Err: err}
	return diag.AddHint(e, hintRefused)
}

func (d *Device) name() string { return strconv.Itoa(d.fd) + "<" + d.Path + ">" }

// text is the part of the structure that this package sets.
func text(info *unix.LoopInfo64) string {
	flags := "LO_FLAGS_AUTOCLEAR"
	if info.Flags&unix.LO_FLAGS_READ_ONLY != 0 {
		flags = "LO_FLAGS_READ_ONLY|" + flags
	}
	return "{lo_offset=" + strconv.FormatUint(info.Offset, 10) +
		", lo_sizelimit=" + strconv.FormatUint(info.Sizelimit, 10) + ", lo_flags=" + flags + "}"
}

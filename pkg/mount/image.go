//go:build linux

package mount

import (
	"errors"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/loop"

	"golang.org/x/sys/unix"
)

// Image is a file system in a regular file.
type Image struct {
	Path     string
	Type     string // "ext4", ...; "" or "auto": what [ProbeImage] finds
	ReadOnly bool   // MS_RDONLY in Flags says the same
	Flags    Flags
	Data     string // options of the file system: "noload"
}

// FS attaches the image to a loop device, and returns what is to be mounted and the
// device, which is to be closed after that: the mount then keeps it, and takes it along
// when it is unmounted. It takes root of the machine (see package loop); for a hint
// when the mount fails see [HintImage].
//
// A file that this process may not write to is attached read-only, as is the image of
// a read-only file system (squashfs, erofs); the flags then have MS_RDONLY. A symbolic
// link is followed.
//
// As long as it is attached the image is locked with flock(2), exclusively when it can
// be written to: a file system that is mounted twice from two devices, and written to,
// is destroyed. EWOULDBLOCK: another program has locked it. Mounted twice read-only, xfs
// needs the option nouuid.
func (i Image) FS() (FS, *loop.Device, error) {
	fd, readOnly, err := i.open()
	if err != nil {
		return FS{}, nil, err
	}
	// The device has a reference of its own, with the lock.
	defer unix.Close(fd)
	fs := FS{Type: i.Type, Flags: i.Flags, Data: i.Data}
	if fs.Type, err = i.fstype(fd); err != nil {
		return FS{}, nil, err
	}
	if readOnly || fs.Type == "squashfs" || fs.Type == "erofs" {
		fs.Flags |= unix.MS_RDONLY
	}
	readOnly = fs.Flags&unix.MS_RDONLY != 0
	if err := lockImage(fd, readOnly); err != nil {
		return FS{}, nil, err
	}
	device, err := loop.Attach(fd, loop.Options{ReadOnly: readOnly})
	if err != nil {
		return FS{}, nil, err
	}
	fs.Source = device.Path
	return fs, device, nil
}

// open opens the image, for writing where that is wanted and possible.
func (i Image) open() (fd int, readOnly bool, err error) {
	if i.ReadOnly || i.Flags&unix.MS_RDONLY != 0 {
		fd, err = openImage(i.Path, unix.O_RDONLY)
		return fd, true, err
	}
	fd, err = openImage(i.Path, unix.O_RDWR)
	// EPERM: the file is immutable, chattr(1).
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EROFS) || errors.Is(err, unix.EPERM) {
		fd, err = openImage(i.Path, unix.O_RDONLY)
		return fd, true, err
	}
	return fd, false, err
}

// openImage does not wait for the other end of a FIFO: O_NONBLOCK, which has no
// effect on regular files.
func openImage(path string, mode int) (int, error) {
	const always = unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY
	var fd int
	err := retry(func() (err error) {
		fd, err = unix.Open(path, mode|always, 0)
		return err
	})
	if errors.Is(err, unix.EISDIR) {
		return -1, notRegular(path, "a directory")
	}
	if err != nil {
		access := "O_RDWR"
		if mode == unix.O_RDONLY {
			access = "O_RDONLY"
		}
		return -1, &diag.Error{Call: call("open", quote(path), access+"|O_CLOEXEC|O_NONBLOCK|O_NOCTTY"), Err: err}
	}
	if kind := irregular(fd); kind != "" {
		unix.Close(fd)
		return -1, notRegular(path, kind)
	}
	return fd, nil
}

func notRegular(path, kind string) error {
	return diag.Usage("the image %s is %s, not a regular file", diag.Quote(path), kind)
}

// fstype is the type to mount the image as.
func (i Image) fstype(fd int) (string, error) {
	if i.Type != "" && i.Type != "auto" {
		return i.Type, nil
	}
	fstype, err := ProbeImage(fd)
	if err != nil || fstype != "" {
		return fstype, err
	}
	what := ""
	if is := DescribeFile(fd); is != "" {
		what = ": it is " + is
	}
	return "", diag.Usage("the image %s has none of the file systems that can be told apart (ext4, xfs, squashfs, erofs)%s",
		diag.Quote(i.Path), what)
}

// lockImage keeps other programs that do the same from attaching the image as well. The
// lock belongs to the open file, so that it lasts as long as the loop device has that.
func lockImage(fd int, readOnly bool) error {
	how, name := unix.LOCK_EX, "LOCK_EX"
	if readOnly {
		how, name = unix.LOCK_SH, "LOCK_SH"
	}
	err := retry(func() error { return unix.Flock(fd, how|unix.LOCK_NB) })
	if !errors.Is(err, unix.EWOULDBLOCK) {
		return nil // or the file system of the image has no locks
	}
	return &diag.Error{
		Call: call("flock", fdName(fd), name+"|LOCK_NB"), Err: err,
		Hint: "another program uses the image, and a file system that is mounted twice, and written to, would be destroyed: " +
			"end that program, or use the image read-only in both",
	}
}

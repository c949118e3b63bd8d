//go:build linux

package loop

import (
	"errors"
	"strconv"
	"time"

	"nskit.dev/nskit/pkg/diag"

	"golang.org/x/sys/unix"
)

// Options are how a file is attached. The zero value is the whole file, writable.
type Options struct {
	ReadOnly  bool
	Offset    uint64 // where the device begins in the file, in bytes
	SizeLimit uint64 // how long the device is, in bytes; 0: to the end of the file
}

// Device is a loop device that a file is attached to.
type Device struct {
	Path string // "/dev/loop0"
	fd   int
}

// Attach attaches the open regular file (or block device) to a free loop device. The
// kernel takes a reference of its own, so that file may be closed afterwards. A file
// that is open for reading only gives a device that is read-only, whatever o says.
//
// The device is free again when it was closed (see [Device.Close]) and nothing on it
// is mounted.
//
// It takes /dev/loop-control (Linux 3.1) and the /dev/loopN of the caller's mount
// namespace, and root's privileges in the initial user namespace. One call, LOOP_CONFIGURE,
// does it since Linux 5.8; before that there are two, and a program that is killed
// between them leaves the device attached.
//
// ENOENT: the device node is missing. EPERM, EACCES: the caller is not root of the
// machine, or a container keeps it from its devices.
func Attach(file int, o Options) (*Device, error) {
	control, err := openControl()
	if err != nil {
		return nil, err
	}
	defer unix.Close(control)
	config := o.config(file)
	for attempt := 1; ; attempt++ {
		d, err := attachFree(control, config)
		if err == nil || attempt == attempts || !taken(err) {
			return d, err
		}
		time.Sleep(pause)
	}
}

// A lost race is over when its winner is through, so a pause of some ten times that
// long ends a contest of as many processes as there are attempts.
const (
	attempts = 250
	pause    = time.Millisecond
)

// taken: between the question for a free device and its use others may come. EBUSY:
// another one has attached a file to it. ENXIO: it is being detached. ENOENT: it was
// removed (LOOP_CTL_REMOVE), or udev has not yet made the node, which devtmpfs makes at once.
func taken(err error) bool {
	return errors.Is(err, unix.EBUSY) || errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ENOENT)
}

// attachFree tries it with the device that is free at this moment.
func attachFree(control int, config *unix.LoopConfig) (*Device, error) {
	number, err := freeNumber(control)
	if err != nil {
		return nil, err
	}
	d := &Device{Path: "/dev/loop" + strconv.Itoa(number)}
	mode := unix.O_RDWR
	if config.Info.Flags&unix.LO_FLAGS_READ_ONLY != 0 {
		mode = unix.O_RDONLY // what makes the device read-only with LOOP_SET_FD
	}
	if d.fd, err = openNode(d.Path, mode); err != nil {
		return nil, err
	}
	if err := d.configure(config); err != nil {
		unix.Close(d.fd)
		return nil, err
	}
	return d, nil
}

// Close closes the descriptor by which this process holds the device. Call it once, and
// when the device is mounted: without a mount of it the file is detached.
func (d *Device) Close() error {
	if err := unix.Close(d.fd); err != nil {
		return &diag.Error{Call: "close(" + d.name() + ")", Err: err}
	}
	return nil
}

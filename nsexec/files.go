//go:build linux

package nsexec

import (
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"
)

// SendFile sends a descriptor over the socket between the host helper and the command's
// process, with a number that says what it is: unix(7), SCM_RIGHTS.
func SendFile(sync, number, fd int) error {
	return os.NewSyscallError("sendmsg", unix.Sendmsg(sync, encode(number), unix.UnixRights(fd), nil, unix.MSG_NOSIGNAL))
}

// SendEnd says that no more descriptors come.
func SendEnd(sync int) error {
	return os.NewSyscallError("sendmsg", unix.Sendmsg(sync, encode(0), nil, nil, unix.MSG_NOSIGNAL))
}

// ReceiveFile receives what [SendFile] has sent, or ok == false for the end. The descriptor is closed
// by execve(2). ECONNRESET: the other side is gone.
func ReceiveFile(sync int) (number, fd int, ok bool, err error) {
	var data [8]byte
	control := make([]byte, unix.CmsgSpace(4))
	for {
		n, controlled, _, _, err := unix.Recvmsg(sync, data[:], control, unix.MSG_CMSG_CLOEXEC)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, -1, false, os.NewSyscallError("recvmsg", err)
		case n != len(data):
			return 0, -1, false, os.NewSyscallError("recvmsg", unix.ECONNRESET)
		}
		fd, err := oneFile(control[:controlled])
		return int(int64(binary.NativeEndian.Uint64(data[:]))), fd, fd >= 0, err
	}
}

func oneFile(control []byte) (int, error) {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil || len(messages) == 0 {
		return -1, os.NewSyscallError("recvmsg", err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return -1, os.NewSyscallError("recvmsg", unix.EBADMSG)
	}
	return fds[0], nil
}

func encode(number int) []byte {
	return binary.NativeEndian.AppendUint64(nil, uint64(int64(number)))
}

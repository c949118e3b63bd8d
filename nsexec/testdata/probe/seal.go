//go:build linux && cgo

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
)

// command starts a command as the JSON in its first argument says, tells how that
// went, and kills it when standard input ends.
func command(args []string) error {
	var config nsexec.Config
	if err := json.Unmarshal([]byte(args[0]), &config); err != nil {
		return err
	}
	cmd := nsexec.Command(config, args[1], args[2:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	fmt.Println(cmd.Process.Pid, cmd.PID)
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // "signal: killed"
	return nil
}

// attack tries to make what the descriptor is of writable, and then to write, and
// tells what each try came to.
func attack(args []string) error {
	fd, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/proc/self/fd/%d", fd)
	writable := struct{ Set, Clear, Propagation, UserNS uint64 }{Clear: unix.MOUNT_ATTR_RDONLY}
	empty := []byte{0}
	_, _, errno := unix.Syscall6(unix.SYS_MOUNT_SETATTR, uintptr(fd), uintptr(unsafe.Pointer(&empty[0])),
		unix.AT_EMPTY_PATH, uintptr(unsafe.Pointer(&writable)), unsafe.Sizeof(writable), 0)
	fmt.Println("mount_setattr:", name(errno))
	err = unix.Mount("", path, "", unix.MS_REMOUNT|unix.MS_BIND, "")
	fmt.Println("remount:", name(err))
	tree, err := unix.OpenTree(fd, "", unix.OPEN_TREE_CLONE|unix.AT_EMPTY_PATH)
	fmt.Println("clone:", name(err))
	for _, p := range []string{path, fmt.Sprintf("/proc/self/fd/%d", tree)} {
		to, err := unix.Open(p, unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			_, err = unix.Write(to, []byte("#!")) // leaves the magic bytes of a program destroyed
		}
		fmt.Println("write:", name(err))
	}
	return nil
}

func name(err error) string {
	errno, ok := err.(unix.Errno)
	if err == nil || ok && errno == 0 {
		return "done"
	}
	return unix.ErrnoName(errno)
}

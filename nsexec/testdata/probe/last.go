//go:build linux && cgo

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
)

// lastJob is a nsexec.Last and what JSON cannot say of it.
type lastJob struct {
	nsexec.Last
	Refuse bool // a filter that refuses getpgid(2) with EDOM
}

// last does the last step as the JSON in its argument says.
func last(args []string) error {
	var job lastJob
	text := []byte(args[0])
	if file, ok := strings.CutPrefix(args[0], "@"); ok { // too large for a word
		var err error
		if text, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(text, &job); err != nil {
		return err
	}
	if job.Refuse {
		job.Seccomp = refuse(unix.SYS_GETPGID, unix.EDOM)
	}
	return nsexec.Exec(job.Last)
}

func refuse(call uint32, errno unix.Errno) *unix.SockFprog {
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // nr
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x00050000 | uint32(errno)}, // SECCOMP_RET_ERRNO
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x7fff0000},                 // SECCOMP_RET_ALLOW
	}
	return &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
}

// filtered tells what getpgid(2) answers.
func filtered([]string) error {
	_, err := unix.Getpgid(0)
	fmt.Println("getpgid:", err)
	return nil
}

// block executes its arguments with SIGUSR1 blocked and SIGUSR2 ignored.
func block(args []string) error {
	signal.Ignore(syscall.SIGUSR2)
	var set unix.Sigset_t
	set.Val[0] = 1 << (unix.SIGUSR1 - 1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, nil); err != nil {
		return err
	}
	return syscall.Exec(args[0], args[1:], os.Environ())
}

// spawn runs its arguments as a child, as any Go program does.
func spawn(args []string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// executeWithoutArguments executes the file with an argument vector of no words.
func executeWithoutArguments(args []string) error {
	path, err := unix.BytePtrFromString(args[0])
	if err != nil {
		return err
	}
	var none *byte
	_, _, errno := unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(path)),
		uintptr(unsafe.Pointer(&none)), uintptr(unsafe.Pointer(&none)))
	return errno
}

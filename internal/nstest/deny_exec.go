//go:build linux

package nstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// denyMain executes argv under the filter of spec, "ERRNO:NAME,NAME", and returns an
// exit status where that cannot be done.
func denyMain(spec string, argv []string) int {
	errno, names, _ := strings.Cut(spec, ":")
	number, err := strconv.Atoi(errno)
	if err != nil || len(argv) == 0 {
		return fail("not for use by hand: %s%s", denyArg, spec)
	}
	rules, err := parseRules(unix.Errno(number), strings.Split(names, ","))
	if err != nil {
		return fail("%v", err)
	}
	path, err := exec.LookPath(argv[0]) // before the filter
	if err != nil {
		fail("%v", err)
		return 127
	}
	if err := install(program(rules)); err != nil {
		return fail("install the seccomp filter: %v", err)
	}
	fail("exec %s: %v", path, syscall.Exec(path, argv, os.Environ()))
	return 126
}

// install puts the calling thread under the filter. It must be locked to its goroutine,
// which init does for the main one.
func install(filter []unix.SockFilter) error {
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	// Not seccomp(2), which came later, in 3.17, and may be refused by a filter that
	// is there already.
	set := func() error {
		_, _, errno := unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_SECCOMP,
			unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&prog)))
		if errno != 0 {
			return errno
		}
		return nil
	}
	err := set()
	if !errors.Is(err, unix.EACCES) {
		return err
	}
	// Without CAP_SYS_ADMIN a filter may only be set where no program can gain
	// privileges below it.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("PR_SET_NO_NEW_PRIVS: %w", err)
	}
	return set()
}

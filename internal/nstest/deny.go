//go:build linux

package nstest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// denyArg begins the first argument of a test binary that is to install a filter and
// execute a command, instead of running tests.
const denyArg = "-nstest.deny="

// Deny returns the beginning of an argument vector: put before a command, it runs the
// command under a seccomp filter that refuses the named system calls with errno. More
// than one may be chained, for more than one errno.
//
// A name is that of a system call, as in "clone3", or that of a call and a flag, as in
// "unshare:CLONE_NEWTIME", which refuses the calls with that flag only; see denyNumbers
// and denyFlags for what is known. A filter cannot see the flags of clone3, which are in
// memory, so a form such as "clone:CLONE_NEWPID" refuses clone3 as well, with ENOSYS, as
// container engines do. "setns:several" is a setns(2) of more than one namespace at once.
//
// Root keeps its privileges below the filter, and set-user-ID programs work; a user
// without CAP_SYS_ADMIN gets no_new_privs (seccomp(2)).
func Deny(t testing.TB, errno unix.Errno, names ...string) []string {
	t.Helper()
	requireMain(t)
	if _, err := parseRules(errno, names); err != nil {
		t.Fatalf("nstest: Deny: %v", err)
	}
	return []string{sharedBinary(t), fmt.Sprintf("%s%d:%s", denyArg, int(errno), strings.Join(names, ","))}
}

// OldKernel is the beginning of an argument vector that runs a command as if the kernel
// had none of NewSyscalls and NewFlags.
func OldKernel(t testing.TB) []string {
	t.Helper()
	return append(Deny(t, unix.ENOSYS, NewSyscalls...), Deny(t, unix.EINVAL, NewFlags...)...)
}

// Docker is the beginning of an argument vector that runs a command under the part of
// Docker's default profile that matters here. The capabilities stay as they are.
func Docker(t testing.TB) []string {
	t.Helper()
	return append(Deny(t, unix.ENOSYS, DockerAbsent...), Deny(t, unix.EPERM, DockerDefault...)...)
}

// rule refuses one system call, wholly or for some values of one argument.
type rule struct {
	number uint32
	errno  unix.Errno
	match  match
	arg    int    // the argument that decides
	value  uint32 // what it is compared with
}

type match int

const (
	always  match = iota
	anyBit        // the argument and the value have a bit in common
	equal         // the argument is the value
	several       // the argument has more than one bit
)

func parseRules(errno unix.Errno, names []string) ([]rule, error) {
	var rules []rule
	clone3 := false
	for _, name := range names {
		r, err := parseRule(name)
		if err != nil {
			return nil, err
		}
		r.errno = errno
		clone3 = clone3 || strings.HasPrefix(name, "clone:")
		rules = append(rules, r)
	}
	if clone3 { // last, so that the caller's own rule for it comes first
		rules = append(rules, rule{number: unix.SYS_CLONE3, errno: unix.ENOSYS})
	}
	return rules, nil
}

func parseRule(name string) (rule, error) {
	call, flag, hasFlag := strings.Cut(name, ":")
	number, ok := denyNumbers[call]
	if !ok {
		return rule{}, fmt.Errorf("unknown system call %q", call)
	}
	r := rule{number: number}
	if !hasFlag {
		return r, nil
	}
	decides, ok := denyArguments[call]
	if !ok {
		return rule{}, fmt.Errorf("no argument of %s is known to hold flags", call)
	}
	r.arg, r.match = decides.arg, decides.match
	if flag == "several" {
		r.match = several
		return r, nil
	}
	if r.value, ok = denyFlags[flag]; !ok {
		return rule{}, fmt.Errorf("unknown flag %q of %s", flag, call)
	}
	return r, nil
}

// sharedBinary is a path of this test binary that the unprivileged user can execute:
// go test puts it in a directory of mode 0700.
func sharedBinary(t testing.TB) string {
	t.Helper()
	path := sharedDir + "/test"
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if unix.Access(sharedDir, unix.W_OK) != nil { // the unprivileged child of a run as root
		return "/proc/self/exe"
	}
	if err := copyShared("/proc/self/exe", path); err != nil {
		t.Fatal(err)
	}
	return path
}

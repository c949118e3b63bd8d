//go:build linux

package seccomp_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"nskit.dev/nskit/internal/nstest"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/seccomp"
)

var places = []struct {
	name  string
	child nstest.Child
}{
	{"as root", nstest.Child{}},
	{"as a user in a user namespace", nstest.Child{Cloneflags: unix.CLONE_NEWUSER, User: true, MapUser: true}},
}

// install puts the calling thread, which must end with the test, under the filter.
func install(t *testing.T, filter []unix.SockFilter) {
	t.Helper()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		t.Fatalf("load a filter of %d instructions: %v", len(filter), errno)
	}
}

func docker(t *testing.T, set caps.Set) seccomp.Program {
	t.Helper()
	kernel, err := seccomp.Running()
	if err != nil {
		t.Fatal(err)
	}
	program, err := seccomp.Docker().Compile(seccomp.Env{Caps: set, Kernel: kernel})
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// The kernel is asked for every system call, and makes none of those: a filter that
// was loaded before answers a call that bears a mark in its last argument with an
// error of its own, unless the profile refuses it. Of two filters that refuse, the
// one loaded last gives the error.
func TestTheKernelAnswersAsTheProfileSays(t *testing.T) {
	const mark, allowed = 0x5ec0_0317, unix.EBADFD
	observer := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 16 + 8*5},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: mark, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: uint32(seccomp.Errno(allowed))},
		{Code: unix.BPF_RET | unix.BPF_K, K: uint32(seccomp.Allow)},
	}
	// uretprobe(2) and uprobe(2) of amd64: Linux 6.13 asks no filter about these, and
	// kills whoever calls them without a probe.
	const unfiltered = 335
	arguments := []uint64{0, 8, 38, 39, 40, 41, unix.CLONE_NEWUSER, 0xffffffff, 1<<32 | 8}
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			for _, set := range []caps.Set{0, caps.Docker, 1<<41 - 1} {
				nstest.InChild(t, place.child, func(t *testing.T) {
					runtime.LockOSThread()
					program := docker(t, set)
					install(t, observer)
					install(t, program.Filter)
					own := machines[runtime.GOARCH]
					for _, number := range append(numbersToTry(own[0].id), numbersToTry(own[1].id)...) {
						if runtime.GOARCH == "amd64" && (number == unfiltered || number == unfiltered+1) {
							continue
						}
						for _, first := range arguments {
							c := call{number, own[0].audit, [6]uint64{first, 0, 0, 0, 0, mark}}
							want, _ := run(t, program.Filter, c)
							_, _, errno := unix.RawSyscall6(uintptr(number), uintptr(first), 0, 0, 0, 0, mark)
							if want == seccomp.Allow {
								want = seccomp.Errno(allowed)
							}
							if got := seccomp.Errno(errno); got != want {
								t.Errorf("system call %#x(%#x): %v, want %v", number, first, got, want)
							}
						}
					}
				})
			}
		})
	}
}

func TestCommandsUnderDocker(t *testing.T) {
	rows := []struct{ why, command, want string }{
		{"a shell works", "echo one | cat; ls /dev/null", "one /dev/null"},
		{"a new user namespace is refused", "unshare --user true 2>&1 || true", "unshare: unshare failed: Operation not permitted"},
	}
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			nstest.InChild(t, place.child, func(t *testing.T) {
				runtime.LockOSThread()
				install(t, docker(t, caps.Docker).Filter)
				for _, row := range rows {
					cmd := exec.Command("sh", "-c", row.command) // of this thread, and so under the filter
					cmd.Env = append(os.Environ(), "LC_ALL=C")
					output, err := cmd.CombinedOutput()
					if got := strings.Join(strings.Fields(string(output)), " "); err != nil || got != row.want {
						t.Errorf("%s: %q, %v", row.why, got, err)
					}
				}
			})
		})
	}
}

func TestKernel(t *testing.T) {
	k, err := seccomp.Running()
	if err != nil || k.Major < 3 {
		t.Errorf("Running() = %v, %v", k, err)
	}
	for release, want := range map[string]string{
		"6.1.0-18-amd64": "6.1", "5.10": "5.10", "4.19-rc1": "4.19", "3.10.0-1160.el7.x86_64": "3.10",
		"6": "", "six.one": "", "": "",
	} {
		k, ok := seccomp.ParseRelease(release)
		if ok != (want != "") || ok && k.String() != want {
			t.Errorf("%q: %v, %v, want %q", release, k, ok, want)
		}
	}
}

//go:build linux

package diag

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/nstest"
	"nskit.dev/nskit/pkg/nsfs"
)

const askArg = "-diag.ask"

// The test binary is also a process that makes one call, finds the hint for
// its failure, and prints both: for situations that only a process can be in,
// such as a user namespace, and not a thread of a test.
func init() {
	if len(os.Args) > 2 && os.Args[1] == askArg {
		os.Exit(answer(strings.Fields(os.Args[2])))
	}
}

// ask starts that process, and returns the hint after having checked the errno.
// The request is a word of requests with its arguments; under is what the
// command line begins with.
func ask(t *testing.T, want unix.Errno, attr *syscall.SysProcAttr, request string, under ...string) (hint string) {
	t.Helper()
	args := append(under, "/proc/self/exe", askArg, request)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = attr
	result := nstest.Exec(t, cmd)
	errno, hint, ok := strings.Cut(result.Stdout, "\n")
	if result.Code != 0 || !ok {
		t.Fatalf("%q ended with %d: %s%s", request, result.Code, result.Stdout, result.Stderr)
	}
	if errno != unix.ErrnoName(want) {
		t.Fatalf("%q: errno %q, want %q; hint: %s", request, errno, unix.ErrnoName(want), hint)
	}
	return strings.TrimSpace(hint)
}

// requests are what can be asked. Each makes its call and looks for the hint.
var requests = map[string]func(args []string) (unix.Errno, string){
	"create": func(args []string) (unix.Errno, string) {
		kinds := nsfs.Kind(integer(args[0]))
		errno := provoke(kinds)
		return errno, HintCreate(kinds, errno)
	},
	"pidfd": func(args []string) (unix.Errno, string) {
		errno := openPidfd(integer(args[0]))
		return errno, HintTarget(integer(args[0]), errno)
	},
	"open": func(args []string) (unix.Errno, string) {
		dropCapabilities(args[1:])
		_, err := os.Open("/proc/" + args[0] + "/ns/uts")
		return Errno(err), HintJoin(integer(args[0]), nsfs.UTS, Errno(err))
	},
	// The capabilities are dropped after the file was opened.
	"setns": func(args []string) (unix.Errno, string) {
		kind := kindNamed(args[1])
		ns, err := os.Open("/proc/" + args[0] + "/ns/" + args[1])
		if err != nil {
			return Errno(err), "not opened"
		}
		dropCapabilities(args[2:])
		errno := Errno(unix.Setns(int(ns.Fd()), 0))
		return errno, HintJoin(integer(args[0]), kind, errno)
	},
	"proc": func(args []string) (unix.Errno, string) {
		errno := Errno(unix.Mount("proc", args[0], "proc", 0, ""))
		return errno, HintProc(errno)
	},
	"pivot": func(args []string) (unix.Errno, string) {
		errno := Errno(unix.PivotRoot(args[0], args[0]))
		return errno, HintPivot(args[0], errno)
	},
	"bind": func(args []string) (unix.Errno, string) {
		errno := Errno(unix.Mount("/proc/self/ns/uts", args[0], "", unix.MS_BIND, ""))
		return errno, HintBind(args[0], nsfs.UTS, errno)
	},
}

// answer prints what ask reads, and returns an exit status.
func answer(request []string) int {
	switch request[0] {
	case "exit":
		return 0
	case "nest":
		return nest(request, mappedUser(0), nsfs.User)
	case "nestpid":
		return nest(request, &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID}, nsfs.PID)
	case "protected":
		return stayProtected()
	case "chroot":
		if err := enterChroot(request[1]); err != nil {
			fmt.Println(err)
			return 1
		}
		return answer(request[2:])
	}
	errno, hint := requests[request[0]](request[1:])
	return tell(errno, hint)
}

func tell(errno unix.Errno, hint string) int {
	fmt.Printf("%s\n%s\n", unix.ErrnoName(errno), hint)
	return 0
}

// creating is the request for new namespaces.
func creating(kinds nsfs.Kind) string { return "create " + strconv.Itoa(int(kinds)) }

// about is a request about a process.
func about(word string, pid int, more ...string) string {
	return strings.Join(append([]string{word, strconv.Itoa(pid)}, more...), " ")
}

// integer is a number, or the number of this process.
func integer(word string) int {
	if word == "self" {
		return os.Getpid()
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		panic(err)
	}
	return n
}

func kindNamed(name string) nsfs.Kind {
	for _, kind := range nsfs.Kinds {
		if kind.String() == name {
			return kind
		}
	}
	panic(name)
}

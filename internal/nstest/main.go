//go:build linux

package nstest

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// The variables by which the processes of one test binary know each other. Each is
// taken out of the environment by the process that it is for.
const (
	envInner = "NSTEST_INNER" // this process runs the tests, its parent supervises
	envDir   = "NSTEST_DIR"   // what the processes of this test binary share
	envSteps = "NSTEST_STEPS" // what a child has still to do before the test
	envChild = "NSTEST_CHILD" // the InChild call that this process is for
)

// sharedDir holds the root file system and the copy of the test binary that all tests
// of this run use. Empty where Main was not called.
var sharedDir string

func init() {
	// A goroutine that ends while locked takes its thread with it, but Go cannot end
	// the main thread: /proc/self would go on showing whatever namespaces or
	// credentials a test gave that thread. So no test ever runs on it.
	runtime.LockOSThread()
}

// Main runs the tests of a package and exits. It is to be called first in TestMain.
//
// It fails a run that passed but left something behind: a process, a mount, a loop
// device, a cgroup, a file in the temporary directory (see leak.go for the rules).
func Main(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], denyArg) {
		os.Exit(denyMain(strings.TrimPrefix(os.Args[1], denyArg), os.Args[2:]))
	}
	sharedDir = takeEnv(envDir)
	switch {
	case len(os.Args) > 1 && os.Args[1] == userNSArg:
		os.Exit(userNSMain())
	case os.Getenv(envChild) != "":
		os.Exit(childMain(m))
	case takeEnv(envInner) != "" || isFuzzWorker():
		if examplesApart {
			skipExamples()
		}
		os.Exit(m.Run())
	default:
		os.Exit(supervise())
	}
}

// isFuzzWorker: go test -fuzz talks to its workers over inherited descriptors, which a
// process in between would not hand on.
func isFuzzWorker() bool {
	for _, arg := range os.Args[1:] {
		if strings.HasPrefix(arg, "-test.fuzzworker") {
			return true
		}
	}
	return false
}

func takeEnv(name string) string {
	v := os.Getenv(name)
	os.Unsetenv(name)
	return v
}

// requireMain stops a test before it re-executes a test binary that would not know
// what it was executed for, and would run all of its tests again.
func requireMain(t testing.TB) {
	t.Helper()
	if sharedDir == "" {
		t.Fatal("nstest: TestMain of this package must call nstest.Main")
	}
}

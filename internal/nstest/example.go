//go:build linux

package nstest

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// envExample marks a process that [Examples] has started.
const envExample = "NSTEST_EXAMPLE"

// examplesApart: the examples of this package run in children only.
var examplesApart bool

// MainWithExamples is [Main] for a package whose examples mount or unshare. go test runs
// examples in the process of the tests, where they would act on the machine; here they
// are left out, and a test is to run them by [Examples].
func MainWithExamples(m *testing.M) {
	if takeEnv(envExample) != "" {
		os.Exit(m.Run())
	}
	examplesApart = true
	Main(m)
}

// Examples runs each example that has an output, as a subtest in a child of its own with
// the surroundings of c: see [InChild].
func Examples(t *testing.T, c Child) {
	t.Helper()
	if !examplesApart {
		t.Fatal("nstest: TestMain of this package must call nstest.MainWithExamples")
	}
	names := strings.Fields(runExamples(t, "-test.list=^Example"))
	if len(names) == 0 {
		t.Error("nstest: there is no example")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			InChild(t, c, func(t *testing.T) {
				output := runExamples(t, "-test.run=^"+name+"$", "-test.v")
				if !strings.Contains(output, "--- PASS: "+name) {
					t.Errorf("the example did not run:\n%s", output)
				}
			})
		})
	}
}

// runExamples runs this test binary for its examples, where the caller is.
func runExamples(t *testing.T, args ...string) (output string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), envExample+"=1")
	result := Exec(t, cmd)
	if result.Code != 0 {
		t.Fatalf("%q ended with %d:\n%s%s", args, result.Code, result.Stdout, result.Stderr)
	}
	return result.Stdout
}

// skipExamples leaves the examples out in this process, with what -test.skip says.
func skipExamples() {
	flag.Parse()
	skip := flag.Lookup("test.skip")
	pattern := "^Example"
	if given := skip.Value.String(); given != "" {
		pattern = given + "|" + pattern
	}
	if err := skip.Value.Set(pattern); err != nil {
		panic(err) // any string is a value
	}
}

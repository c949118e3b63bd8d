//go:build linux

package nstest

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// reportFd is the pipe on which a child tells how it ended.
const reportFd = 3

// report is the end marker: a child whose exit status is 0 has not passed without it.
type report struct {
	Reached bool   // the InChild call that the child was started for
	Skipped bool   // by fn
	Reason  string // of the skip, when it is known
}

// childRun is the state of a process that was started by InChild.
type childRun struct {
	want    call
	running bool // fn is running
	report  report
}

// this is nil in a process that InChild did not start.
var this *childRun

// childMain is Main in a child.
func childMain(m *testing.M) int {
	if err := takeSteps(); err != nil {
		fmt.Fprintln(os.Stderr, "nstest: prepare the child:", err)
		return 1
	}
	// Only now: the steps execute this binary again, with the pipe.
	unix.CloseOnExec(reportFd)
	this = &childRun{}
	if err := json.Unmarshal([]byte(takeEnv(envChild)), &this.want); err != nil {
		fmt.Fprintf(os.Stderr, "nstest: %s: %v\n", envChild, err)
		return 1
	}
	code := m.Run()
	writeReport(this.report)
	return code
}

// enter runs fn when this process was started for this call. It does not return then:
// what follows in the test is the parent's.
func (r *childRun) enter(t *testing.T, id call, fn func(t *testing.T)) {
	t.Helper()
	if r.running {
		t.Fatal("nstest: InChild inside InChild")
	}
	if id != r.want {
		return
	}
	r.running, r.report.Reached = true, true
	returned := false
	defer func() {
		r.running = false
		detachQuietly(os.TempDir())
		if !returned && t.Skipped() {
			skipReason.Lock()
			defer skipReason.Unlock()
			r.report.Skipped, r.report.Reason = true, skipReason.text
		}
	}()
	fn(t)
	returned = true
	t.SkipNow() // the way to end a test early that does not fail it
}

func writeReport(r report) {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // it holds strings and booleans only
	}
	// Where it fails the parent misses the report, and fails the test.
	_, _ = unix.Write(reportFd, text)
}

//go:build linux

package nstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

type outcome int

const (
	failed outcome = iota
	passed
	skipped
)

type verdict struct {
	outcome outcome
	text    string // why, unless passed
}

// judge decides from what is known of a child's end. Each doubt is a failure.
func judge(e ending) verdict {
	if e.timedOut {
		return verdict{failed, "the child did not end in time"}
	}
	if e.err != nil && skipErrno(e.err) {
		return verdict{skipped, fmt.Sprintf("cannot make the namespaces: %v", e.err)}
	}
	if errors.Is(e.err, exec.ErrWaitDelay) {
		return verdict{failed, "the child left a process behind that holds its output open"}
	}
	if e.err != nil {
		return verdict{failed, fmt.Sprintf("the child: %v", e.err)}
	}
	if len(e.report) == 0 {
		return verdict{failed, "the child exited with status 0 before its test had ended"}
	}
	var r report
	if err := json.Unmarshal(e.report, &r); err != nil {
		return verdict{failed, fmt.Sprintf("the child's report %q: %v", e.report, err)}
	}
	switch {
	case !r.Reached:
		return verdict{failed, "the child never came to this InChild: in it, the lines above ended the test or took another way"}
	case r.Skipped:
		return verdict{skipped, strings.TrimSuffix("in the child: "+r.Reason, ": ")}
	}
	return verdict{outcome: passed}
}

// indent keeps the child's "--- FAIL" lines from being taken for the parent's own.
func indent(output []byte) string {
	text := strings.TrimRight(string(output), "\n")
	return "\t| " + strings.ReplaceAll(text, "\n", "\n\t| ")
}

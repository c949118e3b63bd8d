//go:build linux

// Package umount is nsumount: it unmounts, and finds out who is in the way.
package umount

import (
	"io"
	"os"
	"time"

	"nskit.dev/nskit/pkg/plan"
)

// Config is what to unmount, and how: umount2(2).
type Config struct {
	Paths     []string
	Lazy      bool
	Force     bool
	Recursive bool          // with all mounts below, the deepest first
	Expire    bool          // wait until nothing has used it for a second; goes with neither Lazy nor Force
	Limit     time.Duration // of waiting with Expire; negative: none
}

// Run tries each path, and reports each failure when it comes: report is not called with nil. It
// returns the signal that has stopped the waiting of Expire, if one has: SIGINT, SIGTERM or SIGHUP.
func Run(c *Config, report func(error)) (stopped os.Signal) {
	jobs := newJobs(c, report)
	if c.Expire {
		return expire(jobs, c.Limit, report)
	}
	for _, j := range jobs {
		if err := plan.Run(j.steps()); err != nil {
			report(err)
		}
	}
	return nil
}

// Explain writes the calls that [Run] would make. What is impossible is reported.
func Explain(w io.Writer, c *Config, report func(error)) error {
	var steps []plan.Step
	for _, j := range newJobs(c, report) {
		steps = append(steps, j.steps()...)
	}
	return plan.Explain(w, steps)
}

//go:build linux

package umount

import (
	"errors"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// idle is how long a mount must not have been used.
const idle = time.Second

// expire unmounts each PATH when nothing has used it for a second, all of them at the same
// time. It ends when that is done, when the limit is over (negative: there is
// none), or with the signal that it returns.
func expire(jobs []*job, limit time.Duration, report func(error)) (stopped os.Signal) {
	signals := make(chan os.Signal, 1)
	for _, s := range endings {
		if !signal.Ignored(s) { // as by nohup(1)
			signal.Notify(signals, s)
		}
	}
	start := time.Now()
	for last := false; stopped == nil; {
		jobs = try(jobs, report)
		if last || len(jobs) == 0 {
			break
		}
		wait := idle
		if left := limit - time.Since(start); limit >= 0 && left <= wait {
			wait, last = left, true
		}
		select {
		case <-time.After(wait):
		case stopped = <-signals:
			limit = time.Since(start).Round(time.Second / 10)
		}
	}
	signal.Reset(endings[:]...) // a second signal shall not wait for the search of holders
	for _, j := range jobs {
		report(j.stillThere(limit))
	}
	return stopped
}

var endings = [...]os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP}

// try marks what is idle, and unmounts what has been so since it was marked. It returns
// the jobs that have something left.
func try(jobs []*job, report func(error)) []*job {
	var left []*job
	for _, j := range jobs {
		if err := j.tryAll(); err != nil {
			report(err)
		} else if len(j.targets) > 0 {
			left = append(left, j)
		}
	}
	return left
}

// tryAll drops the targets that are unmounted. What lies under one that stays is not
// tried: its path leads to the upper one, which a second try would unmount too early.
func (j *job) tryAll() error {
	var left []target
	for _, t := range j.targets {
		if covered(t.path, left) {
			left = append(left, t)
			continue
		}
		t.refusal = j.unmount(t)
		switch {
		case errors.Is(t.refusal, unix.EAGAIN), errors.Is(t.refusal, unix.EBUSY):
			left = append(left, t)
		case t.refusal != nil:
			return j.explained(t.refusal, t)
		}
	}
	j.targets = left
	return nil
}

// covered reports whether one of the mounts is on path or above it. In a tree a parent
// comes after its children; so a mount that came before path can only hide it.
func covered(path string, mounts []target) bool {
	for _, m := range mounts {
		if path == m.path || strings.HasPrefix(path, m.path+"/") {
			return true
		}
	}
	return false
}

// stillThere is the error of a job that has waited in vain. The kernel is not asked once
// more: that could unmount what the caller does not want unmounted any longer.
func (j *job) stillThere(waited time.Duration) error {
	t := j.targets[0]
	after := strconv.FormatFloat(waited.Seconds(), 'f', -1, 64) + " s"
	if errors.Is(t.refusal, unix.EAGAIN) {
		return &diag.Error{
			Step: diag.Quote(t.path) + " has not been idle for a second after " + after, Err: t.refusal,
			Hint: "nothing used it any more when it was last tried: give it more time",
		}
	}
	return &diag.Error{Step: diag.Quote(t.path) + " is still in use after " + after, Err: j.explained(t.refusal, t)}
}

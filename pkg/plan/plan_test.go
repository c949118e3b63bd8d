//go:build linux

package plan

import (
	"errors"
	"testing"
)

func TestRunStopsAtTheFirstFailure(t *testing.T) {
	failure := errors.New("step 2")
	var done []int
	do := func(n int, err error) Step {
		return Step{
			Call: func() string { t.Error("a run explained a step"); return "" },
			Do:   func() error { done = append(done, n); return err },
		}
	}
	err := Run([]Step{do(1, nil), {}, do(2, failure), do(3, nil)})
	if err != failure || len(done) != 2 || done[0] != 1 || done[1] != 2 {
		t.Errorf("error %v after the steps %v, want %v after 1 and 2", err, done, failure)
	}
}

func TestRunOfAll(t *testing.T) {
	count := 0
	step := Step{Do: func() error { count++; return nil }}
	if err := Run([]Step{step, {Call: func() string { return "done in C" }}, step}); err != nil || count != 2 {
		t.Errorf("error %v after %d steps, want 2", err, count)
	}
	if err := Run(nil); err != nil {
		t.Error(err)
	}
}

//go:build linux

package plan

import "slices"

// Step is one thing that a tool does. Call and Shell are functions so that a
// run, which explains nothing, builds no strings.
type Step struct {
	// Call is the system calls with symbolic flags, one a line, as
	// --explain prints them. A step without it is not listed: it changes
	// nothing that a user would want to know of.
	Call func() string
	// Shell is an equivalent shell command, or "" where there is none; it may be nil.
	Shell func() string
	// Do does the step. It is nil for what the constructor has already done in C.
	Do func() error
	// Undo takes back what would stay of the step after a run that has failed,
	// there or later; it may be nil, and is called even when Do has failed half-way.
	Undo func()
}

// Run does the steps in order, and ends with the first that fails: what was
// asked for is done in full, or the run is over, and taken back. The error is
// the step's own.
func Run(steps []Step) error {
	for i, step := range steps {
		if step.Do == nil {
			continue
		}
		if err := step.Do(); err != nil {
			Undo(steps[:i+1])
			return err
		}
	}
	return nil
}

// Undo takes back what would stay of steps that have been done, the last first.
func Undo(steps []Step) {
	for _, step := range slices.Backward(steps) {
		if step.Undo != nil {
			step.Undo()
		}
	}
}

// Package plan is a tool's work as a list of steps, which can be done or be
// explained. What --explain prints is what a run does, since both read the
// same list.
package plan

//go:build linux

// Package caps is about capabilities(7): their names and numbers, sets of them,
// the lists of --cap-add and --cap-drop, and what the calling thread has.
//
// It changes nothing: the sets of a command are put in force by the last step of
// package nsexec, in the thread that executes it.
package caps

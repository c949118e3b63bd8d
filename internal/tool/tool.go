//go:build linux

// Package tool is what all tools of this project do alike: the questions about
// themselves, starting again with a canonical command line, and the end.
package tool

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
)

// Exit prints the error, if there is one, and ends the process with the status
// that belongs to it.
func Exit(name string, err error) {
	if err == nil {
		os.Exit(0)
	}
	diag.Print(os.Stderr, name, err)
	os.Exit(diag.ExitCode(err))
}

// Question is what a command line asks about the tool itself.
type Question struct {
	Help, Version bool
	Completion    string // a shell's name; "": not asked
}

// Answer answers on standard output and reports whether anything was asked. set
// makes the tool's options: only an answer needs them.
func Answer(q Question, name, version string, set func() *cli.Set) (asked bool, err error) {
	switch {
	case q.Help:
		return true, set().Help(os.Stdout)
	case q.Version:
		_, err := fmt.Println(name + " " + versionOf(version))
		return true, err
	case q.Completion != "":
		return true, set().Completion(os.Stdout, q.Completion)
	}
	return false, nil
}

// versionOf is the version that the Makefile set, else what `go install` noted.
func versionOf(version string) string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown version)"
}

// StartAgain executes this program again with the canonical form of its command
// line, which the constructor understands in full. It returns only with an error.
//
// All descriptors are passed on: the command line may name them.
func StartAgain(argv, canonical []string) error {
	if slices.Equal(argv[1:], canonical) {
		return diag.Bug("the constructor did not understand %s", diag.Quote(fmt.Sprint(argv)))
	}
	const all = 1 << 30
	return nsexec.Exec(nsexec.Last{
		Path:    "/proc/self/exe",
		Args:    append([]string{argv[0]}, canonical...),
		KeepFDs: all,
	})
}

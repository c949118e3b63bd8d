//go:build linux

//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command nsumount unmounts file systems, and says who is in the way.
package main

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/internal/cli/umountopts"
	"nskit.dev/nskit/internal/tool"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/umount"
)

var version string // set by the Makefile

func main() {
	var last error
	stopped := nsumount(os.Args[1:], func(err error) {
		diag.Print(os.Stderr, "nsumount", err)
		last = err
	})
	if stopped != nil {
		endBy(stopped)
	}
	os.Exit(diag.ExitCode(last))
}

// nsumount tries each PATH, and reports each failure when it comes: report is not called with
// nil. It returns the signal that has stopped it, if one has.
func nsumount(args []string, report func(error)) (stopped os.Signal) {
	if err := tool.RefuseSetuid(); err != nil {
		report(err)
		return nil
	}
	options, err := umountopts.Parse(args)
	if err != nil {
		report(err)
		return nil
	}
	question := tool.Question{Help: options.Help, Version: options.Version, Completion: options.Completion}
	if asked, err := tool.Answer(question, "nsumount", version, optionSet); asked {
		if err != nil {
			report(err)
		}
		return nil
	}
	config := umount.Config{
		Paths: options.Paths, Lazy: options.Lazy, Force: options.Force,
		Recursive: options.Recursive, Expire: options.Expire, Limit: options.Limit,
	}
	if !options.Explain {
		return umount.Run(&config, report)
	}
	if err := umount.Explain(os.Stdout, &config, report); err != nil {
		report(err)
	}
	return nil
}

func optionSet() *cli.Set { return umountopts.NewSet(new(umountopts.Options)) }

// endBy ends this process as killed by the signal.
func endBy(s os.Signal) {
	number, _ := s.(unix.Signal)
	_ = unix.Kill(unix.Getpid(), number)
	time.Sleep(time.Second) // another thread may be the one that gets it
	os.Exit(128 + int(number))
}

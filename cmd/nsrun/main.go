//go:build linux

//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command nsrun runs a command in new namespaces, on a root file system of its own.
package main

import (
	"os"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/internal/cli/runopts"
	"nskit.dev/nskit/internal/tool"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/run"
)

var version string // set by the Makefile

func main() {
	tool.Exit("nsrun", nsrun(os.Args))
}

func nsrun(argv []string) error {
	record := nsexec.Started()
	if err := record.Failure(argv); err != nil {
		return diag.AddHint(err, func(*diag.Error) string { return imageHint(&record, argv) })
	}
	options, err := runopts.Parse(argv[1:])
	if err != nil {
		return err
	}
	question := tool.Question{Help: options.Help, Version: options.Version, Completion: options.Completion}
	if asked, err := tool.Answer(question, "nsrun", version, optionSet); asked {
		return err
	}
	if options.Explain {
		if err := lookUpOwner(&options.Ids); err != nil {
			return err
		}
	}
	config, err := configOf(options)
	if err != nil {
		return err
	}
	if err := cli.CrossCheck(&record, options.Request(len(argv), look)); err != nil {
		return err
	}
	switch {
	case options.Explain:
		return config.Explain(os.Stdout)
	case record.Role == nsexec.First:
		if err := lookUpOwner(&options.Ids); err != nil {
			return err
		}
		return tool.StartAgain(argv, options.Canonical())
	case record.Role == nsexec.Helper:
		return run.Help(&record, config)
	case record.Role == nsexec.Inside:
		return run.Inside(&record, config)
	}
	return nsexec.ErrNoConstructor()
}

func optionSet() *cli.Set { return runopts.NewSet(new(runopts.Options)) }

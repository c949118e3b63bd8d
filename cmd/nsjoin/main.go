//go:build linux

//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command nsjoin runs a command in the namespaces of another process.
package main

import (
	"os"

	"nskit.dev/nskit/internal/cli"
	"nskit.dev/nskit/internal/cli/joinopts"
	"nskit.dev/nskit/internal/tool"
	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/join"
	"nskit.dev/nskit/pkg/privilege"
)

var version string // set by the Makefile

func main() {
	tool.Exit("nsjoin", nsjoin(os.Args))
}

// nsjoin is what is left for Go: to refuse, to explain, and to find out what the
// constructor cannot. The join itself happens before Go starts, or after this
// program has started itself again.
func nsjoin(argv []string) error {
	record := nsexec.Started()
	if err := record.Failure(argv); err != nil {
		return err
	}
	options, err := joinopts.Parse(argv[1:])
	if err != nil {
		return err
	}
	question := tool.Question{Help: options.Help, Version: options.Version, Completion: options.Completion}
	if asked, err := tool.Answer(question, "nsjoin", version, optionSet); asked {
		return err
	}
	config, err := configOf(options)
	if err != nil {
		return err
	}
	if options.Explain {
		return config.Explain(os.Stdout)
	}
	if record.Role != nsexec.First {
		return nsexec.ErrNoConstructor()
	}
	fd, err := config.Pin()
	if err != nil {
		return err
	}
	if fd >= 0 {
		options.TargetFD = fd
	}
	resolved, err := config.Resolve()
	if err != nil {
		return err
	}
	options.SetUID, options.SetGID, options.Groups = resolved.UID, resolved.GID, resolved.Groups
	options.CapDrop, options.CapAdd, options.Seccomp = nil, nil, ""
	options.Caps, options.SeccompFD, options.NoNewPrivs = resolved.Caps, resolved.SeccompFD, resolved.NoNewPrivs
	if len(config.Command) == 0 {
		options.Shells, options.Operands = true, config.Shells(resolved)
	}
	return tool.StartAgain(argv, options.Canonical())
}

func optionSet() *cli.Set { return joinopts.NewSet(new(joinopts.Options)) }

func configOf(o *joinopts.Options) (c *join.Config, err error) {
	c = &join.Config{
		Target:     o.Target,
		Kinds:      o.Join,
		All:        o.All,
		Files:      o.Files,
		Root:       o.Root,
		Wd:         o.Wd,
		WdNS:       o.Wdns,
		NoFork:     o.NoFork,
		Preserve:   o.Preserve,
		Privileged: o.Privileged,
		Privileges: privilege.Options{
			CapDrop: o.CapDrop, CapAdd: o.CapAdd, NoNewPrivs: o.NoNewPrivs, Seccomp: o.Seccomp,
		},
		Command: o.Operands,
	}
	if c.UID, err = ref(o.SetUID); err != nil {
		return nil, err
	}
	if c.GID, err = ref(o.SetGID); err != nil {
		return nil, err
	}
	if o.Groups != "" {
		c.Groups, err = creds.ParseRefs(o.Groups)
	}
	return c, err
}

func ref(word string) (*creds.Ref, error) {
	if word == "" {
		return nil, nil
	}
	r, err := creds.ParseRef(word)
	return &r, err
}

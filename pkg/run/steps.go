//go:build linux

package run

import (
	"strconv"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/plan"
)

// Steps is what Go does in the new namespaces, in order.
func (c *Config) Steps(created nsfs.Kind) ([]plan.Step, error) {
	c.prepare(created)
	var steps []plan.Step
	if created&nsfs.Mnt != 0 {
		mounts, err := c.Mounts.Steps()
		if err != nil {
			return nil, err
		}
		steps = mounts
	}
	if c.Hostname != "" {
		steps = append(steps, hostname(c.Hostname))
	}
	if c.Domainname != "" {
		steps = append(steps, domainname(c.Domainname))
	}
	if c.Wd != "" {
		steps = append(steps, workingDirectory(c.Wd))
	}
	return steps, nil
}

func hostname(name string) plan.Step {
	call := func() string { return "sethostname(" + strconv.Quote(name) + ")" }
	return plan.Step{
		Call:  call,
		Shell: func() string { return "hostname " + plan.ShellQuote(name) },
		Do: func() error {
			return failed("set the host name", call, unix.Sethostname([]byte(name)))
		},
	}
}

func domainname(name string) plan.Step {
	call := func() string { return "setdomainname(" + strconv.Quote(name) + ")" }
	return plan.Step{
		Call:  call,
		Shell: func() string { return "domainname " + plan.ShellQuote(name) },
		Do: func() error {
			return failed("set the domain name", call, unix.Setdomainname([]byte(name)))
		},
	}
}

// workingDirectory changes it inside the new root, and proves that it is there:
// a link of a hostile root file system to /proc/self/fd/N may lead to a
// directory that the caller has open (CVE-2024-21626).
func workingDirectory(dir string) plan.Step {
	call := func() string { return "chdir(" + strconv.Quote(dir) + ")" }
	return plan.Step{
		Call:  call,
		Shell: func() string { return "cd " + plan.ShellQuote(dir) },
		Do: func() error {
			words := "change the working directory to " + diag.Quote(dir)
			if err := unix.Chdir(dir); err != nil {
				return failed(words, call, err)
			}
			if _, err := unix.Getwd(); err != nil {
				return &diag.Error{Step: words, Err: unix.EXDEV, Hint: "it is outside of the new root file system"}
			}
			return nil
		},
	}
}

func failed(words string, call func() string, err error) error {
	if err == nil {
		return nil
	}
	return &diag.Error{Step: words, Call: call(), Err: err}
}

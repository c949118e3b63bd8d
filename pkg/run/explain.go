//go:build linux

package run

import (
	"fmt"
	"io"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/plan"
)

// Explain prints the steps of the run, those of the constructor included,
// without doing any.
func (c *Config) Explain(w io.Writer) error {
	kinds := c.Kinds
	if kinds != 0 && kinds&nsfs.User == 0 && !mayCreate() {
		kinds |= nsfs.User
		c.Map = nsexec.MapRoot
	}
	inside, err := c.Steps(kinds)
	if err != nil {
		return err
	}
	steps := c.creation(kinds)
	steps = append(steps, inside...)
	return plan.Explain(w, append(steps, c.execution()))
}

// mayCreate is what the constructor looks at as well: CAP_SYS_ADMIN is effective.
func mayCreate() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false
	}
	return data[0].Effective>>unix.CAP_SYS_ADMIN&1 != 0
}

// forks tells whether the command needs a process of its own.
func (c *Config) forks(kinds nsfs.Kind) bool {
	return kinds&(nsfs.PID|nsfs.Time) != 0 || c.Fork || c.KillChild != 0 || len(c.Files) > 0
}

func (c *Config) creation(kinds nsfs.Kind) []plan.Step {
	var steps []plan.Step
	if c.forks(kinds) {
		flags := "SIGCHLD"
		if kinds != 0 {
			flags = kinds.Flag() + "|SIGCHLD"
		}
		signal := c.KillChild
		if signal == 0 {
			signal = unix.SIGKILL
		}
		steps = append(steps,
			plan.Constructor("clone3("+flags+")", "unshare --fork"+plan.KindOptions(kinds)),
			plan.Constructor("prctl(PR_SET_PDEATHSIG, "+unix.SignalName(signal)+")", ""))
	} else if kinds != 0 {
		steps = append(steps, plan.Constructor("unshare("+kinds.Flag()+")", "unshare"+plan.KindOptions(kinds)))
	}
	if kinds&nsfs.User != 0 {
		steps = append(steps, c.maps()...)
	}
	for _, kind := range nsfs.Kinds {
		if file, ok := c.Files[kind]; ok {
			steps = append(steps, plan.Constructor(
				fmt.Sprintf("mount(\"/proc/PID/ns/%s\", %q, MS_BIND)", kind, file),
				fmt.Sprintf("touch %s; mount --bind /proc/PID/ns/%s %s", plan.ShellQuote(file), kind, plan.ShellQuote(file))))
		}
	}
	return steps
}

func (c *Config) maps() []plan.Step {
	uid, gid := unix.Geteuid(), unix.Getegid()
	insideUID, insideGID := uid, gid
	switch c.Map {
	case nsexec.MapNone:
		return nil
	case nsexec.MapRoot:
		insideUID, insideGID = 0, 0
	}
	write := func(file, text string) plan.Step {
		return plan.Constructor(fmt.Sprintf("write(%q, %q)", "/proc/self/"+file, text),
			fmt.Sprintf("echo %s > /proc/self/%s", text, file))
	}
	return []plan.Step{
		write("setgroups", "deny"),
		write("gid_map", fmt.Sprintf("%d %d 1", insideGID, gid)),
		write("uid_map", fmt.Sprintf("%d %d 1", insideUID, uid)),
	}
}

func (c *Config) execution() plan.Step {
	if len(c.Command) == 0 {
		return plan.Constructor("execve($SHELL or the shell of the root file system's /etc/passwd or \"/bin/sh\")", "exec $SHELL -l")
	}
	return plan.Execution(c.Command)
}

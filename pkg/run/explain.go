//go:build linux

package run

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/idmap"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/plan"
)

// Explain prints the steps of the run, those of the constructor included,
// without doing any.
func (c *Config) Explain(w io.Writer) error {
	kinds := c.Kinds
	if kinds != 0 && kinds&nsfs.User == 0 && !mayCreate() {
		kinds |= nsfs.User
		c.Map, c.Maps.User, c.Maps.Group = nsexec.MapRoot, idmap.Root(), idmap.Root()
	}
	inside, err := c.Steps(kinds)
	if err != nil {
		return err
	}
	steps, err := c.creation(kinds)
	if err != nil {
		return err
	}
	steps = append(steps, inside...)
	steps = append(steps, c.privilegeSteps()...)
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

func (c *Config) creation(kinds nsfs.Kind) ([]plan.Step, error) {
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
		maps, err := c.mapSteps()
		if err != nil {
			return nil, err
		}
		steps = append(steps, maps...)
	}
	for _, kind := range nsfs.Kinds {
		if file, ok := c.Files[kind]; ok {
			steps = append(steps, plan.Constructor(
				fmt.Sprintf("mount(\"/proc/PID/ns/%s\", %q, MS_BIND)", kind, file),
				fmt.Sprintf("touch %s; mount --bind /proc/PID/ns/%s %s", plan.ShellQuote(file), kind, plan.ShellQuote(file))))
		}
	}
	return steps, nil
}

// mapSteps are the writes of the id maps, by the command's process itself or by the helper.
func (c *Config) mapSteps() ([]plan.Step, error) {
	maps, err := c.buildMaps()
	if err != nil {
		return nil, err
	}
	if maps.Setgroups == "" && c.Maps.Simple() && len(maps.GID) > 0 {
		maps.Setgroups = "deny"
	}
	var steps []plan.Step
	write := func(file, text string) {
		if text == "" {
			return
		}
		text = strings.TrimSuffix(text, "\n")
		steps = append(steps, plan.Constructor(fmt.Sprintf("write(\"/proc/PID/%s\", %q)", file, text),
			fmt.Sprintf("printf '%%s\\n' %s > /proc/PID/%s", plan.ShellQuote(text), file)))
	}
	write("setgroups", maps.Setgroups)
	write("gid_map", maps.GID.Text())
	write("uid_map", maps.UID.Text())
	return steps, nil
}

// privilegeSteps are what is done to the thread before it executes the command.
func (c *Config) privilegeSteps() []plan.Step {
	var steps []plan.Step
	add := func(call, shell string) { steps = append(steps, plan.Constructor(call, shell)) }
	p := &c.Privileges
	if p.NewSession {
		add("setsid()", "setsid")
	}
	if p.KeepCaps || p.Docker || len(p.CapDrop)+len(p.CapAdd) > 0 {
		if set, err := p.capabilities(0); err == nil {
			names := caps.Set(set.Permitted).String()
			add("prctl(PR_CAPBSET_DROP, all but "+names+")", "capsh --drop=...")
		}
	}
	if c.Identity.Groups != nil {
		add(fmt.Sprintf("setgroups(%v)", c.Identity.Groups), "")
	} else if c.Identity.GID != nil {
		add("setgroups(0, NULL)", "")
	}
	if c.Identity.GID != nil {
		add(fmt.Sprintf("setresgid(%[1]s, %[1]s, %[1]s)", c.Identity.GID), "")
	}
	if c.Identity.UID != nil {
		add(fmt.Sprintf("setresuid(%[1]s, %[1]s, %[1]s)", c.Identity.UID), "")
	}
	if p.NoNewPrivs {
		add("prctl(PR_SET_NO_NEW_PRIVS, 1)", "setpriv --no-new-privs")
	}
	if p.Seccomp != "" && p.Seccomp != "none" {
		add("seccomp(SECCOMP_SET_MODE_FILTER, "+diag.Quote(p.Seccomp)+")", "")
	}
	return steps
}

func (c *Config) execution() plan.Step {
	if len(c.Command) == 0 {
		return plan.Constructor("execve($SHELL or the shell of the root file system's /etc/passwd or \"/bin/sh\")", "exec $SHELL -l")
	}
	return plan.Execution(c.Command)
}

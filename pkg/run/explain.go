//go:build linux

package run

import (
	"fmt"
	"io"
	"math/bits"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/caps"
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
	privileges, err := c.privilegeSteps(kinds)
	if err != nil {
		return err
	}
	steps = append(steps, privileges...)
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
	return kinds&(nsfs.PID|nsfs.Time) != 0 || c.Fork || c.NewSession || c.KillChild != 0 || len(c.Files) > 0
}

func (c *Config) creation(kinds nsfs.Kind) ([]plan.Step, error) {
	steps := c.ownerSteps()
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

// ownerSteps are what --owner does before the user namespace is created.
func (c *Config) ownerSteps() []plan.Step {
	user, group, ok := strings.Cut(c.Owner, ":")
	if !ok {
		return nil
	}
	return []plan.Step{
		plan.Constructor("setgroups(0, NULL)", ""),
		plan.Constructor(fmt.Sprintf("setresgid(%[1]s, %[1]s, %[1]s)", group), ""),
		plan.Constructor(fmt.Sprintf("setresuid(%[1]s, %[1]s, %[1]s)", user), ""),
	}
}

// mapSteps are the writes of the id maps: by the command's process itself, by the helper, or, for a caller
// without privileges, by the programs that have them.
func (c *Config) mapSteps() ([]plan.Step, error) {
	maps, err := c.buildMaps()
	if err != nil {
		return nil, err
	}
	simple := c.Maps.Simple() && c.Remap == nil
	if maps.Setgroups == "" && simple && len(maps.GID) > 0 {
		maps.Setgroups = "deny"
	}
	var steps []plan.Step
	write := func(file, text string) {
		if text != "" {
			steps = append(steps, plan.Constructor(fmt.Sprintf("write(\"/proc/PID/%s\", %q)", file, text),
				fmt.Sprintf("printf %s > /proc/PID/%s", plan.ShellQuote(strings.ReplaceAll(text, "\n", `\n`)), file)))
		}
	}
	program := func(name string, m idmap.Map) {
		if len(m) > 0 {
			args := append([]string{name}, m.Args(0)...)
			args[1] = "PID"
			step := plan.Execution(args)
			step.Shell = func() string { return plan.ShellCommand(args) }
			steps = append(steps, step)
		}
	}
	write("setgroups", maps.Setgroups)
	switch {
	case simple:
		write("gid_map", maps.GID.Text())
		write("uid_map", maps.UID.Text())
	case mayCreate():
		write("uid_map", maps.UID.Text())
		write("gid_map", maps.GID.Text())
	default:
		program("newuidmap", maps.UID)
		program("newgidmap", maps.GID)
	}
	return steps, nil
}

// privilegeSteps are what is done to the thread before it executes the command.
func (c *Config) privilegeSteps(kinds nsfs.Kind) ([]plan.Step, error) {
	var steps []plan.Step
	add := func(call, shell string) { steps = append(steps, plan.Constructor(call, shell)) }
	if c.NewSession {
		add("setsid()", "setsid")
	}
	last := nsexec.Last{}
	filter, err := c.Privileges.Filter()
	if err == nil && (filter != nil || c.Privileges.Changed()) {
		err = c.privilegesOf(&last, filter, c.uidInside(), c.setsInside(kinds))
	}
	if err != nil {
		return nil, err
	}
	early := func(yes bool) {
		if last.Seccomp != nil && last.SeccompEarly == yes {
			add(fmt.Sprintf("seccomp(SECCOMP_SET_MODE_FILTER, %d, {len=%d})  /* %s */", last.SeccompFlags, last.Seccomp.Len, c.Privileges.Seccomp), "")
		}
	}
	early(true)
	if last.Caps != nil && c.Privileges.Changed() {
		if gone := c.setsInside(kinds).Bounding &^ caps.Set(last.Caps.Bounding); gone != 0 {
			names := gone.String()
			if kept := c.setsInside(kinds).Bounding &^ gone; bits.OnesCount64(uint64(kept)) < bits.OnesCount64(uint64(gone)) {
				names = "all but " + kept.String()
			}
			add("prctl(PR_CAPBSET_DROP, ...)  /* "+names+" */", "")
		}
		if last.Caps.Ambient != 0 {
			add("prctl(PR_SET_KEEPCAPS, 1)", "")
		}
	}
	c.identitySteps(add)
	if last.Caps != nil && c.Privileges.Changed() {
		inheritable := caps.Set(last.Caps.Ambient).String()
		add("capset({permitted=effective="+caps.Set(last.Caps.Permitted).String()+", inheritable="+inheritable+"})", "")
		if last.Caps.Ambient != 0 {
			add("prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, ...)  /* "+inheritable+" */", "")
		}
	}
	if last.NoNewPrivs || c.Privileges.NoNewPrivs {
		add("prctl(PR_SET_NO_NEW_PRIVS, 1)", "setpriv --no-new-privs ...")
	}
	early(false)
	return steps, nil
}

func (c *Config) identitySteps(add func(call, shell string)) {
	i := &c.Identity
	switch {
	case i.Groups != nil:
		var groups []string
		for _, g := range i.Groups {
			groups = append(groups, g.String())
		}
		list := strings.Join(groups, ",")
		add("setgroups({"+list+"})", "setpriv --groups="+list+" ...")
	case i.GID != nil:
		add("setgroups(0, NULL)", "setpriv --clear-groups ...")
	}
	if i.GID != nil {
		add(fmt.Sprintf("setresgid(%[1]s, %[1]s, %[1]s)", i.GID), fmt.Sprintf("setpriv --regid=%s ...", i.GID))
	}
	if i.UID != nil {
		add(fmt.Sprintf("setresuid(%[1]s, %[1]s, %[1]s)", i.UID), fmt.Sprintf("setpriv --reuid=%s ...", i.UID))
	}
}

// uidInside is the uid of the command, as far as that can be told from outside: a name is taken for
// somebody who is not root.
func (c *Config) uidInside() uint32 {
	switch {
	case c.Identity.UID != nil && c.Identity.UID.Name != "":
		return nsexec.NoID - 1
	case c.Identity.UID != nil:
		return c.Identity.UID.ID
	case c.Map == nsexec.MapRoot:
		return 0
	}
	return uint32(os.Geteuid())
}

// setsInside are the capabilities that the process will have by then: all, in a user namespace of its own.
func (c *Config) setsInside(kinds nsfs.Kind) caps.Sets {
	now, err := caps.Current()
	if kinds&nsfs.User != 0 || err != nil {
		all := caps.All()
		return caps.Sets{Bounding: all, Permitted: all, Effective: all}
	}
	return now
}

func (c *Config) execution() plan.Step {
	if len(c.Command) == 0 {
		return plan.Constructor("execve($SHELL or the shell of the root file system's /etc/passwd or \"/bin/sh\")", "exec $SHELL -l")
	}
	return plan.Execution(c.Command)
}

//go:build linux

package join

import (
	"fmt"
	"io"

	"nskit.dev/nskit/nsexec"
	"nskit.dev/nskit/pkg/nsfs"
	"nskit.dev/nskit/pkg/plan"
)

// Explain prints the steps of the join without doing any.
func (c *Config) Explain(w io.Writer) error {
	var steps []plan.Step
	add := func(call, shell string) { steps = append(steps, plan.Constructor(call, shell)) }
	joined := c.joined()

	if joined&nsfs.Mnt != 0 {
		add(`open_tree("/proc/self/exe", OPEN_TREE_CLONE); mount_setattr(MOUNT_ATTR_RDONLY); execveat()`, "")
	}
	if c.Target != 0 {
		add(fmt.Sprintf("pidfd_open(%d, 0)", c.Target), "")
	}
	for _, kind := range nsfs.Kinds {
		if file := c.Files[kind]; file != "" {
			add(fmt.Sprintf("open(%q, O_RDONLY)", file), "")
		}
	}
	c.explainDir(add, "root", c.Root)
	c.explainDir(add, "cwd", c.Wd)
	add("prctl(PR_SET_DUMPABLE, 0)", "")
	c.explainSetns(add, joined)
	c.explainInside(add, joined)
	resolved, err := c.Resolve()
	if err != nil {
		return err
	}
	resolved.explain(add)
	command := c.Command
	if len(command) == 0 {
		command = c.Shells(resolved)[:1]
	}
	return plan.Explain(w, append(steps, plan.Execution(command)))
}

// joined are the kinds that will be joined; the caller's own are left out.
func (c *Config) joined() nsfs.Kind {
	var joined nsfs.Kind
	for _, kind := range nsfs.Kinds {
		if c.joins(kind) {
			joined |= kind
		}
	}
	return joined
}

func (c *Config) explainDir(add func(call, shell string), link string, dir nsexec.Dir) {
	if !dir.Set {
		return
	}
	path := dir.Path
	if path == "" {
		path = fmt.Sprintf("/proc/%d/%s", c.Target, link)
	}
	add(fmt.Sprintf("open(%q, O_PATH|O_DIRECTORY)", path), "")
}

func (c *Config) explainSetns(add func(call, shell string), joined nsfs.Kind) {
	var byPidfd nsfs.Kind
	for _, kind := range nsfs.Kinds {
		if joined&kind != 0 && c.Files[kind] == "" {
			byPidfd |= kind
		}
	}
	if byPidfd != 0 {
		add("setns(pidfd, "+byPidfd.Flag()+")", fmt.Sprintf("nsenter -t %d%s", c.Target, plan.KindOptions(byPidfd)))
	}
	for _, kind := range nsfs.Kinds {
		if file := c.Files[kind]; file != "" {
			add("setns(fd, "+kind.Flag()+")", "nsenter"+plan.KindOptions(kind)+"="+plan.ShellQuote(file))
		}
	}
}

// explainInside is what happens between setns and execve.
func (c *Config) explainInside(add func(call, shell string), joined nsfs.Kind) {
	if joined&nsfs.User != 0 && !c.Preserve {
		add("setgroups(0); setresgid(0, 0, 0); setresuid(0, 0, 0)", "")
	}
	if c.Root.Set {
		add(`fchdir(root); chroot(".")`, "")
	}
	if c.Wd.Set {
		add("fchdir(cwd)", "")
	}
	if c.WdNS.Path != "" {
		add(fmt.Sprintf("chdir(%q)", c.WdNS.Path), "cd "+plan.ShellQuote(c.WdNS.Path))
	}
	if joined&(nsfs.PID|nsfs.Time) != 0 && !c.NoFork {
		add("clone3(SIGCHLD)", "")
		add("prctl(PR_SET_PDEATHSIG, SIGKILL)", "")
	}
	if joined&nsfs.Mnt != 0 && !c.Privileged && c.Files[nsfs.Mnt] == "" {
		add("prctl(PR_CAPBSET_DROP, ...); capset(at most the target's)", "setpriv --bounding-set ... --inh-caps=-all")
	}
}

// explain is what is done to the thread before it executes the command.
func (r *Resolved) explain(add func(call, shell string)) {
	if r.GID != "" || r.Groups != "" {
		add("setgroups({"+r.Groups+"})", "")
	}
	if r.GID != "" {
		add(fmt.Sprintf("setresgid(%[1]s, %[1]s, %[1]s)", r.GID), "setpriv --regid="+r.GID+" ...")
	}
	if r.UID != "" {
		add(fmt.Sprintf("setresuid(%[1]s, %[1]s, %[1]s)", r.UID), "setpriv --reuid="+r.UID+" ...")
	}
	if r.Caps != "" {
		add("capset, prctl(PR_CAPBSET_DROP), prctl(PR_CAP_AMBIENT)  /* bounding:effective:ambient = "+r.Caps+" */", "")
	}
	if r.NoNewPrivs {
		add("prctl(PR_SET_NO_NEW_PRIVS, 1)", "setpriv --no-new-privs ...")
	}
	if r.SeccompFD != 0 {
		add("seccomp(SECCOMP_SET_MODE_FILTER)", "")
	}
}

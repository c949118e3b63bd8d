//go:build linux

package nsexec

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
	"nskit.dev/nskit/pkg/nsfs"
)

// Config is the namespaces of a child that [Command] starts. Those to join are
// joined first, those to create are created inside them.
type Config struct {
	Create nsfs.Kind // namespaces to create

	Target int                  // PID of the process whose namespaces are joined; 0: none
	Join   nsfs.Kind            // which of them; 0 with a Target: all that are not the caller's
	Files  map[nsfs.Kind]string // namespace files to join instead of the target's

	// Id maps of a user namespace that is created. Map is written by the child
	// itself and needs no privilege; UIDMap and GIDMap are written by the
	// caller, who needs CAP_SETUID and CAP_SETGID over its user namespace
	// (user_namespaces(7)), and exclude it.
	Map            Map
	UIDMap, GIDMap []IDMap

	DeathSignal unix.Signal // sent to the command when its supervisor dies; 0: SIGKILL
	Wd          string      // working directory, resolved inside; "": unchanged
	Preserve    bool        // keep uid, gid and groups in a joined user namespace
	Privileged  bool        // keep capabilities in a joined mount namespace
}

// IDMap is a line of /proc/PID/uid_map: Count ids from Inner on, inside, are
// those from Outer on, outside.
type IDMap struct {
	Inner, Outer, Count uint32
}

func mapText(lines []IDMap) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%d %d %d\n", l.Inner, l.Outer, l.Count)
	}
	return b.String()
}

// canonical is the command line that the constructor of the child understands:
// canonical.c has the table.
func (c *Config) canonical(sync, keep int, command []string) []string {
	args := []string{"nsexec", "--sync-fd=" + strconv.Itoa(sync)}
	add := func(given bool, option string) {
		if given {
			args = append(args, option)
		}
	}
	add(keep > 0, "--keep-fds="+strconv.Itoa(keep))
	add(c.wait(), "--wait")
	add(c.Target != 0, "--target="+strconv.Itoa(c.Target))
	for _, kind := range nsfs.Kinds {
		add(c.Create&kind != 0, "--"+kind.String())
		if file := c.Files[kind]; file != "" {
			add(true, "--join-"+kind.String()+"="+file)
		} else {
			add(c.Join&kind != 0, "--join-"+kind.String())
		}
	}
	add(c.Map == MapRoot, "--map-root-user")
	add(c.Map == MapCurrent, "--map-current-user")
	add(c.DeathSignal != 0, "--kill-child="+strconv.Itoa(int(c.DeathSignal)))
	add(c.Wd != "" && !c.joins(), "--wd="+c.Wd)
	add(c.Wd != "" && c.joins(), "--wdns="+c.Wd)
	add(c.Preserve, "--preserve-credentials")
	add(c.Privileged, "--privileged")
	return append(append(args, "--"), command...)
}

// joins tells whether anything is joined.
func (c *Config) joins() bool { return c.Target != 0 || c.Join != 0 || len(c.Files) > 0 }

// check refuses what the constructor would not understand, or the kernel never does.
func (c *Config) check() error {
	var known nsfs.Kind
	for _, kind := range nsfs.Kinds {
		known |= kind
	}
	switch {
	case (c.Create|c.Join)&^known != 0:
		return diag.Usage("nsexec.Config: unknown kinds of namespaces %#x", uint32((c.Create|c.Join)&^known))
	case c.Target < 0 || c.Target > math.MaxInt32:
		return diag.Usage("nsexec.Config: %d is no PID", c.Target)
	case c.DeathSignal < 0 || c.DeathSignal > 64:
		return diag.Usage("nsexec.Config: %d is no signal", c.DeathSignal)
	case c.wait() && c.Map != MapNone:
		return diag.Usage("nsexec.Config: Map excludes UIDMap and GIDMap")
	case c.Create&nsfs.PID != 0 && (c.Join&nsfs.PID != 0 || c.Files[nsfs.PID] != ""):
		// copy_pid_ns() in kernel/pid_namespace.c: EINVAL unless the process is in its PID namespace
		return diag.Usage("nsexec.Config: a PID namespace cannot be created by a process that is only about to join one")
	}
	return nil
}

// wait tells whether the child must wait for the caller to write its maps.
func (c *Config) wait() bool { return len(c.UIDMap) > 0 || len(c.GIDMap) > 0 }

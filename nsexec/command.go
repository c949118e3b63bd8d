//go:build linux

package nsexec

import (
	"fmt"
	"math"
	"os"
	"slices"
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
	add(c.Target != 0 && c.Join == 0, "--all")
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

// check refuses what the constructor would not understand, what means nothing,
// and what the kernel never does.
func (c *Config) check() error {
	if err := c.checkKinds(); err != nil {
		return err
	}
	switch {
	case c.Target < 0 || c.Target > math.MaxInt32:
		return diag.Usage("nsexec.Config: %d is no PID", c.Target)
	case c.DeathSignal < 0 || c.DeathSignal > 64:
		return diag.Usage("nsexec.Config: %d is no signal", c.DeathSignal)
	case c.Map < MapNone || c.Map > MapCurrent:
		return diag.Usage("nsexec.Config: %d is no Map", c.Map)
	case (c.Map != MapNone || c.wait()) && c.Create&nsfs.User == 0:
		return diag.Usage("nsexec.Config: id maps are for a user namespace that is created")
	case c.wait() && c.Map != MapNone:
		return diag.Usage("nsexec.Config: Map excludes UIDMap and GIDMap")
	}
	return nil
}

func (c *Config) checkKinds() error {
	var known nsfs.Kind
	for _, kind := range nsfs.Kinds {
		known |= kind
	}
	if unknown := (c.Create | c.Join) &^ known; unknown != 0 {
		return diag.Usage("nsexec.Config: unknown kinds of namespaces %#x", uint32(unknown))
	}
	for kind, file := range c.Files {
		if !slices.Contains(nsfs.Kinds, kind) || file == "" {
			return diag.Usage("nsexec.Config: Files[%#x] = %q", uint32(kind), file)
		}
	}
	switch {
	case c.Target == 0 && c.joinsOfTarget() != 0:
		return diag.Usage("nsexec.Config: no Target whose %s could be joined", c.joinsOfTarget().Words())
	case c.Create&nsfs.PID != 0 && c.joins() && (c.Join == 0 || (c.Join&nsfs.PID != 0 || c.Files[nsfs.PID] != "")):
		// copy_pid_ns() in kernel/pid_namespace.c: EINVAL unless the process is in its PID namespace
		return diag.Usage("nsexec.Config: a PID namespace cannot be created by a process that is only about to join one")
	case c.Create&nsfs.User != 0 && c.joins() && os.Geteuid() != 0:
		// its files below /proc belong to root, because it is not dumpable: it could not write its maps
		return diag.Usage("nsexec.Config: only root can create a user namespace inside what it joins")
	}
	return nil
}

// joinsOfTarget are the kinds that only a target can have.
func (c *Config) joinsOfTarget() nsfs.Kind {
	kinds := c.Join
	for kind := range c.Files {
		kinds &^= kind
	}
	return kinds
}

// wait tells whether the child must wait for the caller to write its maps.
func (c *Config) wait() bool { return len(c.UIDMap) > 0 || len(c.GIDMap) > 0 }

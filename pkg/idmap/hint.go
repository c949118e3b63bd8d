//go:build linux

package idmap

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/diag"
)

// hintWrite is why the kernel did not take a map.
func (c *caller) hintWrite(s side, m Map, err error) string {
	errno := diag.Errno(err)
	if errno != unix.EPERM {
		return diag.HintInsideUser(errno)
	}
	if s.id == "uid" && m.hasRoot() && !c.holds(unix.CAP_SETFCAP) {
		return "since Linux 5.12 the outer id 0 can be mapped only with CAP_SETFCAP, which this process lacks"
	}
	return diag.HintInsideUser(errno)
}

// hasRoot tells whether the outer id 0 is mapped.
func (m Map) hasRoot() bool {
	for _, r := range m {
		if r.Outside == 0 {
			return true
		}
	}
	return false
}

// hintProgram is why such a program failed, in the order in which one cause
// hides the next.
func (c *caller) hintProgram(s side, m Map, path string) string {
	if hint := unprivileged(path, s); hint != "" {
		return hint
	}
	if c.name() == "" && c.getent(c.owner().uid) == "" {
		return fmt.Sprintf("%s goes by the name of the user, and uid %d has none: it needs an entry in /etc/passwd", s.program, c.uid)
	}
	var none *diag.Error
	if _, err := c.subordinateOrNone(s, c.owner()); errors.As(err, &none) {
		return none.Hint
	}
	allowed, err := c.allowed(s)
	if err != nil {
		return ""
	}
	if _, missing, ok := m.fit(allowed); !ok {
		return "the map asks for the outer " + ids(missing) + "; " + c.words(s) + " " + list(allowed)
	}
	return diag.HintInsideUser(unix.EPERM)
}

// unprivileged is why the program at path does not get the privilege that it is
// there for: execve(2), "ignored".
func unprivileged(path string, s side) string {
	if on, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err == nil && on == 1 {
		return "no_new_privs is set on this process, so that no program gains a privilege, " + s.program +
			" included; it was set by whoever started it: setpriv, systemd's NoNewPrivileges=, docker's no-new-privileges"
	}
	var fs unix.Statfs_t
	if unix.Statfs(path, &fs) == nil && fs.Flags&unix.ST_NOSUID != 0 {
		return path + " is on a file system that is mounted nosuid, where it gains no privilege"
	}
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil || hasCapabilities(path) {
		return ""
	}
	switch {
	case st.Mode&unix.S_ISUID == 0:
		return path + " is neither set-uid nor has file capabilities: as root, `chmod u+s " + path + "`, or `setcap cap_set" + s.id + "=ep " + path + "`"
	case st.Uid != 0:
		return fmt.Sprintf("%s is set-uid, but does not belong to root, as it is seen from here (owner %d)", path, st.Uid)
	}
	return ""
}

func hasCapabilities(path string) bool {
	n, err := unix.Getxattr(path, "security.capability", nil)
	return err == nil && n > 0
}

//go:build linux

package idmap

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

// ask are the subordinate ids of o as getsubids(1) knows them, through the
// plugin that nsswitch.conf names. It takes names, which is what the directories
// behind plugins have; a uid only where no name is to be found.
func (c *caller) ask(s side, o owner) ([]span, error) {
	path := c.find("getsubids")
	if path == "" {
		return nil, &diag.Error{
			Step: "find the subordinate " + s.what + " ids of " + o.String(),
			Err:  errMissing("getsubids", c.path),
			Hint: "/etc/nsswitch.conf has \"subid: " + c.source() + "\", which getsubids asks; it is part of shadow-utils since 4.9",
		}
	}
	name := o.name
	if name == "" {
		name = c.getent(o.uid)
	}
	if name == "" {
		name = o.uid
	}
	args := []string{name}
	if s.id == "gid" {
		args = []string{"-g", name}
	}
	stdout, _, err := c.start(path, args...)
	// It ends with 1 for a user without ranges.
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, &diag.Error{
			Step: "find the subordinate " + s.what + " ids of " + o.String(),
			Call: path + " " + strings.Join(args, " "), Err: err,
		}
	}
	return answer(stdout), nil
}

// answer are the ranges in what getsubids prints: "0: alice 100000 65536".
func answer(text string) []span {
	var spans []span
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 4 || !strings.HasSuffix(f[0], ":") {
			continue
		}
		if s, ok := newSpan(f[2], f[3]); ok {
			spans = append(spans, s)
		}
	}
	return spans
}

// getent is the name of a user who is not in /etc/passwd, as NSS knows it, or "".
// Without the program, or the user, there is no name.
func (c *caller) getent(uid string) string {
	path := c.find("getent")
	if path == "" || uid == "" {
		return ""
	}
	stdout, _, err := c.start(path, "passwd", uid)
	id, ok := creds.ParseID(uid)
	if err != nil || !ok {
		return ""
	}
	u, _ := creds.FindUser([]byte(stdout), creds.Ref{ID: id})
	return u.Name
}

func errMissing(name string, path []string) error {
	return fmt.Errorf("there is no %s in %s", name, strings.Join(path, ", "))
}

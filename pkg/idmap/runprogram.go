//go:build linux

package idmap

import (
	"fmt"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// runProgram has newuidmap(1) or newgidmap(1) write the map.
func (c *caller) runProgram(pid int, s side, m Map) error {
	e := &diag.Error{Step: "map the " + s.what + " ids: " + m.String()}
	path := c.find(s.program)
	if path == "" {
		e.Err = errMissing(s.program, c.path)
		e.Hint = "it maps the ids of those who are not root: install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora, SUSE) or shadow-uidmap (Alpine)"
		return e
	}
	args := m.Args(pid)
	_, stderr, err := c.start(path, args...)
	if err == nil {
		return nil
	}
	e.Call = path + " " + strings.Join(args, " ")
	if len(m) > shown {
		e.Call = fmt.Sprintf("%s %d ...", path, pid)
	}
	e.Err = err
	if said := lastLine(stderr); said != "" {
		e.Err = fmt.Errorf("%w: %s", err, diag.Escape(said))
	}
	e.Hint = c.hintProgram(s, m, path)
	return e
}

// lastLine: where there are several lines, the ones before are warnings about
// login.defs.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

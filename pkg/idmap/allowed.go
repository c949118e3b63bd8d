//go:build linux

package idmap

import (
	"fmt"
	"strings"

	"nskit.dev/nskit/pkg/diag"
)

// allowed are the outer ids that the caller may map: with CAP_SETUID (or
// CAP_SETGID) those of its user namespace, without it its own and its
// subordinate ones.
func (c *caller) allowed(s side) ([]span, error) {
	if s.free {
		return c.namespace(s)
	}
	spans, err := c.subordinate(s, c.owner())
	return append([]span{{s.own, 1}}, spans...), err
}

// namespace are the ids of the caller's user namespace.
func (c *caller) namespace(s side) ([]span, error) {
	path := "proc/self/" + s.file()
	text, err := c.read(path)
	if err != nil {
		return nil, diag.AddHint(err, func(e *diag.Error) string { return diag.HintNoProc(diag.Errno(e)) })
	}
	var spans []span
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, diag.Bug("a line of /%s is %s", path, diag.Quote(line))
		}
		first, ok1 := number(f[0])
		count, ok2 := number(f[2])
		if !ok1 || !ok2 {
			return nil, diag.Bug("a line of /%s is %s", path, diag.Quote(line))
		}
		spans = append(spans, span{first, count})
	}
	return spans, nil
}

// refuse is the error for a map: what was tried, why not, and what could be. To
// find out the latter may fail too, which then is no matter.
func (c *caller) refuse(s side, m Map, why string) error {
	spans, _ := c.allowed(s)
	may := "none"
	if len(spans) > 0 {
		may = list(spans)
	}
	return diag.Usage("the %s map %s %s; %s %s", s.id, m, why, c.words(s), may)
}

func (c *caller) words(s side) string {
	if s.free {
		return "the ids of this user namespace are"
	}
	if name := c.name(); name != "" {
		return fmt.Sprintf("user %s (%s %d) may map", diag.Quote(name), s.id, s.own)
	}
	return fmt.Sprintf("a caller with %s %d may map", s.id, s.own)
}

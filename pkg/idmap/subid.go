//go:build linux

package idmap

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

// owner is whose subordinate ids are meant. Both files go by the *user*, and have
// the name or the uid; what is not known is "".
type owner struct{ name, uid string }

// owner is the caller. The name is only what /etc/passwd has: to ask elsewhere
// means to start a program, which subordinate does where it has to.
func (c *caller) owner() owner {
	return owner{c.name(), creds.Ref{ID: c.uid}.String()}
}

func (o owner) String() string {
	switch {
	case o.name == "":
		return "user " + o.uid
	case o.uid == "":
		return "user " + diag.Quote(o.name)
	}
	return "user " + diag.Quote(o.name) + " (" + o.uid + ")"
}

// subordinate are the subordinate ids of o, in the order of their source.
func (c *caller) subordinate(s side, o owner) ([]span, error) {
	if source := c.source(); source != "files" {
		return c.ask(s, o)
	}
	text, err := c.read(s.subids)
	if err != nil && !errors.Is(err, unix.ENOENT) {
		return nil, err
	}
	spans := subids(string(text), o)
	if len(spans) > 0 || o.name != "" {
		return spans, nil
	}
	// A user of the site's directory, who may be in the file by name.
	if o.name = c.getent(o.uid); o.name != "" {
		spans = subids(string(text), o)
	}
	return spans, nil
}

// subids are the ranges of o in a subuid(5) or subgid(5) file. Lines that are
// none are passed over, as newuidmap(1) does; ids past the last one are cut off.
func subids(text string, o owner) []span {
	var spans []span
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(f) != 3 || f[0] == "" || f[0] != o.name && f[0] != o.uid {
			continue
		}
		if s, ok := newSpan(f[1], f[2]); ok {
			spans = append(spans, s)
		}
	}
	return spans
}

func newSpan(first, count string) (span, bool) {
	f, ok1 := creds.ParseID(first)
	n, ok2 := number(count)
	return span{f, min(n, creds.MaxID-f+1)}, ok1 && ok2 && n > 0
}

// source is where the subordinate ids of this system come from, "files" or the
// name of a plugin: the first line "subid:" of nsswitch.conf(5) that has a word.
func (c *caller) source() string {
	text, err := c.read("etc/nsswitch.conf")
	if err != nil {
		return "files"
	}
	for line := range strings.Lines(string(text)) {
		key, value, found := strings.Cut(line, ":")
		if words := strings.Fields(value); found && strings.EqualFold(key, "subid") && len(words) > 0 {
			return words[0]
		}
	}
	return "files"
}

// subordinateOrNone is subordinate for an option that cannot do without any.
func (c *caller) subordinateOrNone(s side, o owner) ([]span, error) {
	spans, err := c.subordinate(s, o)
	if err != nil || len(spans) > 0 {
		return spans, err
	}
	e := diag.Usage("%s has no subordinate %s ids in /%s", o, s.what, s.subids)
	e.Hint = "as root, add a line to that file: " + c.entry(s, o)
	if source := c.source(); source != "files" {
		e = diag.Usage("%s has no subordinate %s ids", o, s.what)
		e.Hint = "they come from " + diag.Quote(source) + " (\"subid:\" in /etc/nsswitch.conf), where they have to be added"
	}
	return nil, e
}

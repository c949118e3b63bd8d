//go:build linux

package idmap

import (
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

// Build makes the maps that o asks for, with unshare(1)'s meaning: a single id
// is cut out of the ranges, in front of which it then stands.
//
// What the kernel or the programs of shadow-utils would refuse is an error of
// usage: overlapping ranges, ids past 4294967294, more than 340 lines (5 before
// Linux 4.15) or a page of text, outer ids that are not the caller's to map. It
// shows the map and which ids are. Files are read, and programs asked
// (getsubids(1) where /etc/nsswitch.conf says so), only for what needs them;
// [Options.Simple] ones need none, unless they hold a name.
func Build(o Options) (*Maps, error) { return here().build(o) }

func (c *caller) build(o Options) (*Maps, error) {
	uid, err := c.one(o.User, c.uid, creds.UID)
	if err != nil {
		return nil, err
	}
	gid, err := c.one(o.Group, c.gid, groupID)
	if err != nil {
		return nil, err
	}
	m := &Maps{Setgroups: o.Setgroups}
	if m.UID, err = c.make(c.users(), o.Users, uid); err != nil {
		return nil, err
	}
	if m.GID, err = c.make(c.groups(), o.Groups, gid); err != nil {
		return nil, err
	}
	return m, c.denySetgroups(m, len(o.Groups) == 0 && !o.Owner)
}

// one is the single map, nil where there is none.
func (c *caller) one(o One, own uint32, lookup func(root int, ref creds.Ref) (uint32, error)) (*Range, error) {
	if !o.set {
		return nil, nil
	}
	if o.current {
		return &Range{own, own, 1}, nil
	}
	id, err := lookup(c.root, o.ref)
	return &Range{id, own, 1}, err
}

func groupID(root int, ref creds.Ref) (uint32, error) {
	ids, err := creds.GIDs(root, ref)
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// make is the map of one side. A map of nothing but the caller's own id is
// always allowed, and needs no look at any file.
func (c *caller) make(s side, specs []Spec, one *Range) (Map, error) {
	parts, err := c.expand(s, specs)
	if err != nil {
		return nil, err
	}
	var m Map
	for _, p := range parts {
		m = append(m, p.Range)
	}
	if why := m.badLine(); why != "" {
		return nil, c.refuse(s, m, why)
	}
	if one != nil {
		m = Map{*one}
		for _, p := range parts {
			m = append(m, p.without(*one)...)
		}
	}
	if len(m) == 0 || s.isOwn(m) {
		return m, nil
	}
	return c.finish(s, m)
}

// finish checks a map, and gives it the form in which it can be written. Lines
// that continue one another are merged only where there are too many of them: the
// file is to show what was asked for, as with unshare(1).
func (c *caller) finish(s side, m Map) (Map, error) {
	if why := m.fault(); why != "" {
		return nil, c.refuse(s, m, why)
	}
	allowed, err := c.allowed(s)
	if err != nil {
		return nil, err
	}
	fitted, missing, ok := m.fit(allowed)
	if !ok {
		return nil, c.refuse(s, m, "asks for the outer "+ids(missing))
	}
	if fitted.tooLong(c.lines) != "" {
		fitted = fitted.compact(allowed)
	}
	if why := fitted.tooLong(c.lines); why != "" {
		return nil, c.refuse(s, m, why)
	}
	return fitted, nil
}

// denySetgroups: since Linux 3.19 a process that lacks CAP_SETGID outside may
// have its own group mapped only when setgroups(2) is denied, as it could drop a
// group that keeps it out of something (CVE-2014-8989). newgidmap(1) denies it
// for the same maps. For the options that map one group only, unshare(1) does it
// whoever calls.
func (c *caller) denySetgroups(m *Maps, single bool) error {
	if len(m.GID) == 0 || !single && (c.groups().free || !c.groups().onlyOwn(m.GID)) {
		return nil
	}
	if m.Setgroups == "allow" {
		return diag.Usage("--setgroups=allow and the gid map %s exclude each other: the caller's own group alone is mapped only when setgroups is denied", m.GID)
	}
	m.Setgroups = "deny"
	return nil
}

// onlyOwn tells whether no line of m maps anything but the caller's own id.
func (s side) onlyOwn(m Map) bool {
	for _, r := range m {
		if r.outer() != (span{s.own, 1}) {
			return false
		}
	}
	return true
}

//go:build linux

package idmap

import (
	"nskit.dev/nskit/pkg/creds"
	"nskit.dev/nskit/pkg/diag"
)

// expand are the ranges that specs stand for.
func (c *caller) expand(s side, specs []Spec) ([]part, error) {
	var parts []part
	for _, spec := range specs {
		if spec.Kind == Fixed {
			parts = append(parts, part{Range: spec.Range})
			continue
		}
		more, err := c.named(s, spec.Kind)
		if err != nil {
			return nil, err
		}
		parts = append(parts, more...)
	}
	return parts, nil
}

// named are the ranges that a word stands for.
func (c *caller) named(s side, kind SpecKind) ([]part, error) {
	var spans []span
	var err error
	if kind == All {
		if spans, err = c.namespace(s); err == nil && len(spans) == 0 {
			err = diag.Usage("the user namespace of the caller has no %s ids that could be mapped", s.what)
		}
	} else {
		spans, err = c.subordinateOrNone(s, c.owner())
	}
	if err != nil {
		return nil, err
	}
	if kind == Auto {
		return []part{{Range{0, spans[0].first, spans[0].count}, true}}, nil
	}
	parts := make([]part, len(spans))
	for i, span := range spans {
		parts[i] = part{Range: Range{span.first, span.first, span.count}}
	}
	return parts, nil
}

// Remap maps all of a user's subordinate ids, one range after the other from 0
// on, as Docker's daemon does with --userns-remap. The user's own id is not
// mapped. Needs CAP_SETUID and CAP_SETGID for a user other than the caller; the
// errors are those of [Build].
func Remap(user creds.Ref) (*Maps, error) { return here().remap(user) }

func (c *caller) remap(user creds.Ref) (*Maps, error) {
	o := owner{name: user.Name}
	if user.Name == "" {
		o.uid = user.String()
	}
	text, err := c.read("etc/passwd")
	if err == nil {
		if u, ok := creds.FindUser(text, user); ok {
			o = owner{name: u.Name, uid: creds.Ref{ID: u.UID}.String()}
		}
	}
	m := new(Maps)
	if m.UID, err = c.remapSide(c.users(), o); err != nil {
		return nil, err
	}
	if m.GID, err = c.remapSide(c.groups(), o); err != nil {
		return nil, err
	}
	return m, nil
}

func (c *caller) remapSide(s side, o owner) (Map, error) {
	spans, err := c.subordinateOrNone(s, o)
	if err != nil {
		return nil, err
	}
	var m Map
	inside := uint64(0)
	for _, span := range spans {
		m = append(m, Range{uint32(inside), span.first, span.count})
		if inside += uint64(span.count); inside > creds.MaxID {
			break // there is no id for more
		}
	}
	return c.finish(s, m)
}

//go:build linux

package idmap

// fit splits the lines of m so that each is inside one of the ranges that the
// caller may map. The map says the same: but a line that crosses two lines of
// the parent's map is refused by the kernel, and newuidmap(1) lets the caller's
// own id pass in a line of its own only. Where some outer ids are in none of the
// ranges, ok is false and missing the first such ids.
func (m Map) fit(allowed []span) (fitted Map, missing span, ok bool) {
	for _, r := range m {
		for r.Count > 0 {
			end := reach(allowed, r.Outside)
			if end == 0 {
				return nil, r.outer().until(allowed), false
			}
			n := uint32(min(end-uint64(r.Outside), uint64(r.Count)))
			fitted = append(fitted, Range{r.Inside, r.Outside, n})
			r = Range{r.Inside + n, r.Outside + n, r.Count - n}
		}
	}
	return fitted, span{}, true
}

// reach is the end of the allowed range that has id in it and goes furthest, or 0.
func reach(allowed []span, id uint32) (end uint64) {
	for _, s := range allowed {
		if s.first <= id && uint64(id) < s.end() {
			end = max(end, s.end())
		}
	}
	return end
}

// until is s up to the next of the ranges, none of which has its first id.
func (s span) until(allowed []span) span {
	for _, a := range allowed {
		if a.first > s.first && uint64(a.first) < s.end() {
			s.count = a.first - s.first
		}
	}
	return s
}

// compact merges lines that continue one another, as long as the result is
// inside one of the ranges that the caller may map: see fit.
func (m Map) compact(allowed []span) Map {
	var merged Map
	for _, r := range m {
		if last := len(merged) - 1; last >= 0 {
			before := merged[last]
			both := Range{before.Inside, before.Outside, before.Count + r.Count}
			if before.inner().end() == uint64(r.Inside) && before.outer().end() == uint64(r.Outside) && inOne(allowed, both.outer()) {
				merged[last] = both
				continue
			}
		}
		merged = append(merged, r)
	}
	return merged
}

func inOne(allowed []span, s span) bool {
	for _, a := range allowed {
		if a.holds(s) {
			return true
		}
	}
	return false
}

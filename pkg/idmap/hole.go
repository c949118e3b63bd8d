//go:build linux

package idmap

// part is a range before a single map is cut out of it.
type part struct {
	Range
	auto bool // Inside is not asked for, but what is left from 0 on
}

// without is p without the ids of a single map: an id has one meaning on either
// side. What is behind a hole moves up into it, so that the ranges on both sides
// stay in step: where only one side has a hole, the other loses its last id. An
// automatic range has no last id inside, and loses none there (unshare(1) did in
// 2.38, 2.41 and 2.42: util-linux#4457).
//
// Unlike with unshare, an id that follows right after the range makes no hole.
func (p part) without(one Range) Map {
	count := uint64(p.Count)
	in, inHole := offset(p.inner(), one.Inside, p.auto)
	out, outHole := offset(p.outer(), one.Outside, false)
	if outHole || inHole && !p.auto {
		count--
	}
	// Up to the lower hole, from there to the higher one, and the rest.
	var m Map
	bounds := [...]uint64{0, min(in, out, count), min(max(in, out), count), count}
	for i, from := range bounds[:3] {
		to := bounds[i+1]
		if from == to {
			continue
		}
		r := Range{p.Inside + uint32(from), p.Outside + uint32(from), uint32(to - from)}
		if from >= in {
			r.Inside++
		}
		if from >= out {
			r.Outside++
		}
		m = append(m, r)
	}
	return m
}

// offset is where id is in s, and whether it is; past the end where it is not.
// Something open has no end.
func offset(s span, id uint32, open bool) (at uint64, hole bool) {
	if id >= s.first && (open || uint64(id) < s.end()) {
		return uint64(id - s.first), true
	}
	return uint64(s.count), false
}

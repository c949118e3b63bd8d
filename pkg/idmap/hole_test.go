//go:build linux

package idmap

import (
	"slices"
	"testing"
)

// pairs are the (inner, outer) ids of a map, one by one.
func pairs(m Map) (all [][2]uint32) {
	for _, r := range m {
		for i := range r.Count {
			all = append(all, [2]uint32{r.Inside + i, r.Outside + i})
		}
	}
	return all
}

// model is what without means: the ids of both sides without the single ones, in
// step, as far as both go.
func model(p part, one Range) (all [][2]uint32) {
	var in, out []uint32
	for i := range p.Count {
		in, out = append(in, p.Inside+i), append(out, p.Outside+i)
	}
	if p.auto {
		in = append(in, p.Inside+p.Count)
	}
	single := func(id uint32) func(uint32) bool { return func(other uint32) bool { return id == other } }
	in, out = slices.DeleteFunc(in, single(one.Inside)), slices.DeleteFunc(out, single(one.Outside))
	for i := range min(len(in), len(out)) {
		all = append(all, [2]uint32{in[i], out[i]})
	}
	return all
}

// All ways in which a single map can lie to a small range.
func TestWithoutIsItsModel(t *testing.T) {
	for count := range uint32(6) {
		for in := range uint32(12) {
			for out := range uint32(12) {
				for _, auto := range []bool{false, true} {
					p, one := part{Range{3, 4, count}, auto}, Range{in, out, 1}
					if got, want := pairs(p.without(one)), model(p, one); !slices.Equal(got, want) {
						t.Errorf("%v (auto %v) without %v: %v, want %v", p.Range, auto, one, got, want)
					}
				}
			}
		}
	}
}

func TestWithoutAtTheEnds(t *testing.T) {
	for _, row := range []struct {
		why  string
		p    part
		one  Range
		want Map
	}{
		{"all ids but root, who stays root", part{Range{0, 0, 4294967295}, false}, Range{0, 0, 1}, Map{{1, 1, 4294967294}}},
		{"all ids but the last", part{Range{0, 0, 4294967295}, false}, Range{4294967294, 4294967294, 1}, Map{{0, 0, 4294967294}}},
		{"the last id", part{Range{4294967294, 4294967294, 1}, false}, Range{4294967294, 5, 1}, nil},
		{"automatic, and root", part{Range{0, 100000, 65536}, true}, Range{0, 1000, 1}, Map{{1, 100000, 65536}}},
		{"automatic, and an id in the middle", part{Range{0, 100000, 65536}, true}, Range{1000, 1000, 1}, Map{{0, 100000, 1000}, {1001, 101000, 64536}}},
		{"automatic, one id", part{Range{0, 100000, 1}, true}, Range{0, 1000, 1}, Map{{1, 100000, 1}}},
		{"unshare loses the last id where the single one follows the range", part{Range{0, 100000, 1000}, false}, Range{1000, 1000, 1}, Map{{0, 100000, 1000}}},
	} {
		if got := row.p.without(row.one); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

//go:build linux

package idmap

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFit(t *testing.T) {
	for _, row := range []struct {
		why     string
		m       Map
		allowed []span
		want    string // the map, or the first ids that are missing
	}{
		{"inside of one", Map{{0, 5, 5}}, []span{{0, 10}}, "0 5 5"},
		{"over two lines of the parent's map", Map{{0, 0, 100}}, []span{{0, 1}, {1, 65536}}, "0 0 1, 1 1 99"},
		{"over lines in any order", Map{{7, 0, 4}}, []span{{2, 9}, {0, 2}}, "7 0 2, 9 2 2"},
		{"over ranges that overlap, in the fewest lines", Map{{0, 0, 10}}, []span{{0, 5}, {0, 8}, {3, 20}}, "0 0 8, 8 8 2"},
		{"one's own id and the first subordinate one", Map{{0, 99999, 3}}, []span{{99999, 1}, {100000, 65536}}, "0 99999 1, 1 100000 2"},
		{"all ids", Map{{0, 0, 4294967295}}, []span{{0, 4294967295}}, "0 0 4294967295"},
		{"before", Map{{0, 4, 2}}, []span{{5, 5}}, "missing 4"},
		{"after", Map{{0, 8, 5}}, []span{{5, 5}}, "missing 10-12"},
		{"a gap", Map{{0, 0, 30}}, []span{{20, 10}, {0, 10}}, "missing 10-19"},
		{"none", Map{{0, 0, 30}}, nil, "missing 0-29"},
	} {
		fitted, missing, ok := row.m.fit(row.allowed)
		got := words(fitted)
		if !ok {
			got = "missing " + missing.String()
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
		if ok && len(row.m) == 1 && row.m[0].Count < 1000 && !slices.Equal(pairs(fitted), pairs(row.m)) {
			t.Errorf("%s: %v says something else than %v", row.why, fitted, row.m)
		}
	}
}

func TestCompact(t *testing.T) {
	for _, row := range []struct {
		why     string
		m       Map
		allowed []span
		want    string
	}{
		{"continued on both sides", Map{{0, 10, 5}, {5, 15, 5}, {10, 20, 5}}, []span{{0, 100}}, "0 10 15"},
		{"inside only", Map{{0, 10, 5}, {5, 16, 5}}, []span{{0, 100}}, "0 10 5, 5 16 5"},
		{"outside only", Map{{0, 10, 5}, {6, 15, 5}}, []span{{0, 100}}, "0 10 5, 6 15 5"},
		{"over two lines of the parent's map, which the kernel refuses", Map{{0, 0, 1}, {1, 1, 9}}, []span{{0, 1}, {1, 9}}, "0 0 1, 1 1 9"},
		{"one's own id, which newuidmap lets pass alone", Map{{0, 99999, 1}, {1, 100000, 9}}, []span{{99999, 1}, {100000, 9}}, "0 99999 1, 1 100000 9"},
	} {
		if got := words(row.m.compact(row.allowed)); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

// A map with more lines than the kernel takes is still one, as long as they continue
// one another.
func TestManyLinesBecomeFew(t *testing.T) {
	c := on(t, plain, 0)
	if got := words(mustBuild(t, c, many(500, 1)).UID); got != "0 0 500" {
		t.Errorf("500 lines have become %q", got)
	}
	if got := len(mustBuild(t, c, many(340, 2)).UID); got != 340 {
		t.Errorf("340 lines have become %d", got)
	}
	c.lines = linesOf("4.14.0")
	if got := words(mustBuild(t, c, many(6, 1)).UID); got != "0 0 6" {
		t.Errorf("6 lines have become %q before Linux 4.15", got)
	}
}

// many are options for n ranges of one id each, apart from one another by step.
func many(n, step int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " --map-users %d:%d:1", i*step, i*step)
	}
	return b.String()
}

func mustBuild(t *testing.T, c *caller, line string) *Maps {
	t.Helper()
	o, err := parse(line)
	fatal(t, err)
	m, err := c.build(o)
	fatal(t, err)
	return m
}

func TestLinesOfAKernel(t *testing.T) {
	for release, want := range map[string]int{
		"3.10.0-1160.el7.x86_64": 5, "4.14.300": 5, "4.15.0-20-generic": 340, "5.4.0": 340, "6.18.44-x": 340, "10.0": 340, "odd": 340,
	} {
		if got := linesOf(release); got != want {
			t.Errorf("%s: %d", release, got)
		}
	}
}

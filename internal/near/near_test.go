//go:build linux

package near

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	known := []string{"NET_ADMIN", "NET_RAW", "NET_BROADCAST", "NET_BIND_SERVICE", "SYS_ADMIN", "BPF", "KILL"}
	rows := []struct{ name, want, why string }{
		{"NET_ADMN", "NET_ADMIN", "a letter is missing"},
		{"SYS-ADMIN", "SYS_ADMIN", "a letter is another"},
		{"KILLL", "KILL", "a letter too many"},
		{"NET_", "NET_ADMIN NET_RAW NET_BROADCAST", "the beginning of several: three of them"},
		{"N", "", "a single letter is the beginning of nothing"},
		{"BPX", "BPF", "a short name with one error"},
		{"BXX", "", "a short name with two errors could be anything"},
		{"FROBNICATE", "", "nothing is near"},
	}
	for _, row := range rows {
		if got := strings.Join(Names(row.name, known), " "); got != row.want {
			t.Errorf("%s: Names(%q) = %q, want %q", row.why, row.name, got, row.want)
		}
	}
}

func TestDistance(t *testing.T) {
	rows := []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 2, 0}, {"a", "", 2, 1}, {"kitten", "sitting", 3, 3}, {"kitten", "sitting", 9, 3},
		{"abc", "abcdefgh", 2, 3}, // larger than the limit, however large
	}
	for _, row := range rows {
		if got := Distance(row.a, row.b, row.limit); got != row.want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", row.a, row.b, row.limit, got, row.want)
		}
	}
}

//go:build linux

package cli

import "strings"

const mostNear = 3

// near finds the listed options that a misspelt name may stand for: those that
// it is the beginning of (getopt_long would take it for them), else those that
// are at most two typing errors away.
func (s *Set) near(name string) []string {
	if begun := s.matching(func(known string) bool {
		return len(name) > 1 && strings.HasPrefix(known, name)
	}); len(begun) > 0 {
		return begun
	}
	most := 2
	if len(name) < 5 {
		most = 1 // two errors turn any short name into any other
	}
	return s.matching(func(known string) bool { return distance(name, known, most) <= most })
}

func (s *Set) matching(good func(string) bool) []string {
	var names []string
	for _, o := range s.options {
		if o.group != hidden && len(names) < mostNear && good(o.flag.Name) {
			names = append(names, o.flag.Name)
		}
	}
	return names
}

// distance is the number of bytes to insert, delete or replace to make b of a
// (Levenshtein), or something larger than most when it is larger than that.
func distance(a, b string, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 0; i < len(a); i++ {
		diagonal := row[0]
		row[0] = i + 1
		for j := 0; j < len(b); j++ {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

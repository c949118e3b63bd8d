//go:build linux

// Package near finds the names that a misspelt one may stand for.
package near

import "strings"

const most = 3

// Names are up to three of the known names that name may stand for: those that
// it is the beginning of, else those that are at most two typing errors away.
func Names(name string, known []string) []string {
	if begun := matching(known, func(k string) bool {
		return len(name) > 1 && strings.HasPrefix(k, name)
	}); len(begun) > 0 {
		return begun
	}
	errors := 2
	if len(name) < 5 {
		errors = 1 // two errors turn any short name into any other
	}
	return matching(known, func(k string) bool { return Distance(name, k, errors) <= errors })
}

func matching(known []string, good func(string) bool) []string {
	var names []string
	for _, k := range known {
		if len(names) < most && good(k) {
			names = append(names, k)
		}
	}
	return names
}

// Distance is the number of bytes to insert, delete or replace to make b of a
// (Levenshtein), or something larger than limit when it is larger than that.
func Distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
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

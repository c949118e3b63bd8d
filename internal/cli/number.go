//go:build linux

package cli

import "math"

// Number is the number that s spells in decimal, and whether it spells one from
// 1 to the largest C int. There is one spelling for each: no sign, no space and
// no leading zero, because 010 means eight to some readers and ten to others.
// The constructor reads numbers by the same rule.
func Number(s string) (int, bool) {
	if s == "" || s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
		if n > math.MaxInt32 {
			return 0, false
		}
	}
	return n, true
}

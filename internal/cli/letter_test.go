//go:build linux

package cli_test

import "testing"

// pflag, which would see to it, is not told the letters.
func TestLettersStandForOneOptionEach(t *testing.T) {
	for tool, set := range tools() {
		owners := map[byte]string{}
		for _, e := range set.Entries() {
			if other, taken := owners[e.Letter]; taken && e.Letter != 0 {
				t.Errorf("%s: -%c is both --%s and --%s", tool, e.Letter, other, e.Name)
			}
			owners[e.Letter] = e.Name
		}
	}
}

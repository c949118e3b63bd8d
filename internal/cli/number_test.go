//go:build linux

package cli_test

import (
	"testing"

	"nskit.dev/nskit/internal/cli"
)

func TestNumber(t *testing.T) {
	for s, want := range map[string]int{
		"1": 1, "42": 42, "2147483647": 2147483647,
		"": 0, "0": 0, "01": 0, "+1": 0, "-1": 0, " 1": 0, "1 ": 0, "0x1": 0, "1e3": 0,
		"2147483648": 0, "4294967297": 0, "18446744073709551617": 0, "٣": 0,
	} {
		n, ok := cli.Number(s)
		if n != want && ok || ok != (want != 0) {
			t.Errorf("Number(%q) = %d, %v", s, n, ok)
		}
	}
}

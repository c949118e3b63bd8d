//go:build linux

package profile

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nskit.dev/nskit/pkg/diag"
)

// A text that is taken is JSON, and its strings are what JSON says.
func FuzzParse(f *testing.F) {
	f.Add(every)
	f.Add(`{"defaultAction": "\ud83d\ude00\ud83d"}`)
	f.Add(`{"defaultAction":"SCMP_ACT_LOG","listenerPath":"\ud83d\ude00 \ud83dx \\ \/\b\f\n\r\t"}`)
	f.Add(`{"defaultAction":"SCMP_ACT_LOG","syscalls":[{"name":"\u00e9","action":"SCMP_ACT_TRAP"}]} `)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse("fuzz", []byte(text))
		if err != nil {
			if !diag.IsUsage(err) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q", err)
			}
			return
		}
		var theirs struct{ Syscalls []struct{ Names []string } }
		if err := json.Unmarshal([]byte(text), &theirs); err != nil {
			t.Fatal(err)
		}
		if len(theirs.Syscalls) != len(p.Rules) {
			t.Fatalf("%d rules, want %d", len(p.Rules), len(theirs.Syscalls))
		}
		for i, s := range theirs.Syscalls {
			if len(s.Names) > 0 && !cmp.Equal(s.Names, p.Rules[i].Names) {
				t.Errorf("%q, want %q", p.Rules[i].Names, s.Names)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("web.json", []byte(every)); err != nil {
			b.Fatal(err)
		}
	}
}

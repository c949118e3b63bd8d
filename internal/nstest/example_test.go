//go:build linux

package nstest

import (
	"flag"
	"testing"
)

func TestSkipExamplesKeepsWhatIsSkippedAnyway(t *testing.T) {
	skip := flag.Lookup("test.skip").Value
	before := skip.String()
	defer skip.Set(before)
	for _, row := range []struct{ given, want string }{
		{"", "^Example"},
		{"TestA/b|TestC", "TestA/b|TestC|^Example"},
	} {
		if err := skip.Set(row.given); err != nil {
			t.Fatal(err)
		}
		skipExamples()
		if got := skip.String(); got != row.want {
			t.Errorf("%q becomes %q, want %q", row.given, got, row.want)
		}
	}
}

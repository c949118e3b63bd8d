//go:build linux

package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The Go constants mirror the enumerators of the C header by value, which in C
// is their order.
func TestEnumeratorsAreThoseOfTheHeader(t *testing.T) {
	header, err := os.ReadFile("../../nsexec/options.h")
	if err != nil {
		t.Fatal(err)
	}
	for prefix, names := range map[string][]string{
		"NSEXEC_MODE_": modeNames[:], "NSEXEC_ARG_": argNames[:], "NSEXEC_ACT_": actNames[:],
	} {
		want := regexp.MustCompile(`(?m)^\t`+prefix+`\w+`).FindAllString(string(header), -1)
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		if !slices.Equal(names, want) {
			t.Errorf("Go has %s, options.h has %s", names, want)
		}
	}
}

func TestWriteTable(t *testing.T) {
	s := New("tool", "", ModeJoin)
	s.Switch(nil, "alpha", 'a', Meaning{Act: ActAll, NS: 0x20020000, Go: true, Defer: true}, "")
	s.Alias("beta")
	var b strings.Builder
	if err := s.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, line := range [...]string{
		"//go:build cgo && linux\n",
		"\t{\"alpha\", 'a', NSEXEC_ARG_NONE, NSEXEC_ACT_ALL, NSEXEC_OPT_GO | NSEXEC_OPT_DEFER, " +
			"0x20020000 /* CLONE_NEWPID|CLONE_NEWNS */},\n",
		"\t{\"beta\", 0, NSEXEC_ARG_NONE, NSEXEC_ACT_ALL, ",
		"\nconst struct nsexec_table nsexec_table_tool = {\n\t\"tool\", NSEXEC_MODE_JOIN, options, ",
	} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("no %q in\n%s", line, b.String())
		}
	}
}
